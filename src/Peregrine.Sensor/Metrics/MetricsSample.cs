using Peregrine.Outputs;
using Peregrine.Sensor.Budgets;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Reloading;

namespace Peregrine.Sensor.Metrics;

/// <summary>Everything that metrics tell, taken at one moment. The same sample can be written in every form.</summary>
internal sealed record MetricsSample
{
    public required DateTimeOffset Time { get; init; }

    public required HostIdentity Host { get; init; }

    /// <summary>The configuration and rules in force.</summary>
    public required Generation Generation { get; init; }

    public required WorkerFigures Worker { get; init; }

    public required IReadOnlyList<OutputCounters> Outputs { get; init; }

    public required ReloadCounters Reloads { get; init; }

    public required BudgetCounters Budget { get; init; }

    public required LatencyHistogram Latency { get; init; }

    public required ResourceFigures Resources { get; init; }

    /// <summary>Alerts that some output dropped because its queue was full.</summary>
    public ulong QueueDrops => (ulong)Outputs.Sum(static o => o.Lost[AlertLoss.QueueFull]);
}

/// <summary>What does not change while the sensor runs. Times in nanoseconds since the epoch.</summary>
/// <remarks><c>EngineName</c>: Of the source of events, under the name that dashboards know. <c>Addresses</c>: Of the interfaces other than the loopback one.</remarks>
internal sealed record HostIdentity(
    string Hostname,
    string KernelRelease,
    int OnlineCpus,
    ulong BootTime,
    ulong StartTime,
    string EngineName,
    IReadOnlyList<(string Interface, string Ipv4, string Ipv6)> Addresses);
