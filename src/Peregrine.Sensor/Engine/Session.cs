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
/// <param name="ExitCode">0, or 1 when the sensor gave up.</param>
/// <param name="Events">Events that the rules saw.</param>
/// <param name="Drops">Lost events by reason, worst first; empty when none were lost.</param>
/// <param name="Monitor">What the drop monitor saw.</param>
internal sealed record RunResult(int ExitCode, ulong Events, IReadOnlyList<(string Reason, ulong Count)> Drops, DropMonitor Monitor)
{
    /// <summary>Live: events that the kernel made, whether they were read or lost; 0 for replays.</summary>
    public ulong Generated { get; init; }
}
