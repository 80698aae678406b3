using Peregrine.Outputs;
using Peregrine.Rules;

namespace Peregrine.Sensor.Partitions;

/// <summary>Takes an alert that is ready, in its turn.</summary>
internal delegate void AlertSink(Rule rule, Alert alert);
