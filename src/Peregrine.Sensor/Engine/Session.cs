using Peregrine.Kernel;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>What a run of the sensor works with, whatever the events come from.</summary>
/// <remarks><c>Statistics</c>: alerts by rule. <c>Outputs</c>: owned by who made the session.</remarks>
internal sealed record Session(
    SensorConfiguration Configuration,
    LoadedRules Rules,
    AlertMaker Alerts,
    OutputSet Outputs,
    RunStatistics Statistics,
    SensorLog Log,
    SensorConsole Console);

/// <summary>How a run ended.</summary>
/// <param name="Events">Events that the rules saw.</param>
/// <param name="Monitor">What the drop monitor saw; null for a run without events.</param>
internal sealed record RunResult(ulong Events, DropMonitor? Monitor)
{
    /// <summary>Why the sensor gave up: printed last, and the exit code is then 1. Null for an orderly end; empty when the log has said it.</summary>
    public string? Failure { get; init; }

    /// <summary>Live: what the kernel generated, and what of it was read or lost.</summary>
    public KernelStatistics? Kernel { get; init; }
}
