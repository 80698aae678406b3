using System.Globalization;
using Peregrine.Outputs;
using Peregrine.Sensor.Logging;

namespace Peregrine.Sensor.Engine;

/// <summary>What the log says at the end of a run: events, drops by reason, what each output delivered.</summary>
internal static class RunReport
{
    public static void Write(SensorLog log, SensorConsole console, RunResult result, IReadOnlyList<OutputCounters> outputs)
    {
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{(result.Generated > 0 ? $"Events generated: {result.Generated}; read" : "Events read")}: {result.Events}; dropped: {Drops(result)}"));
        foreach (var o in outputs)
        {
            if (o.Offered == 0) continue;
            var text = string.Create(CultureInfo.InvariantCulture, $"Output {o.Output}: {o.Delivered} alerts delivered, {o.Failed} failed, {o.Dropped} dropped");
            if (o.Failed + o.Dropped > 0) log.Warning(text);
            else log.Info(text);
        }
        if (result.Monitor.Occurrences == 0) return;
        console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"Syscall event drop monitoring:\n   - event drop detected: {result.Monitor.Occurrences} occurrences\n   - num times actions taken: {result.Monitor.ActionsTaken}\n"));
        console.Error.Flush();
    }

    private static string Drops(RunResult result)
    {
        if (result.Drops.Count == 0) return "0";
        var sum = result.Drops.Aggregate(0UL, (total, d) => total + d.Count);
        return string.Create(CultureInfo.InvariantCulture, $"{sum} ({string.Join(", ", result.Drops.Select(d => $"{d.Reason}: {d.Count}"))})");
    }
}
