using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>How many alerts a second the built hub takes durably, with two destinations that take what it brings: in requests of many alerts and of one, over connections that stay open.</summary>
internal static class HubBench
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly (string Name, int AlertsEach, int Connections)[] Ways = [("NDJSON, 200 alerts each, 4 connections", 200, 4), ("one alert each, 64 connections", 1, 64), ("one alert each, 256 connections", 1, 256)];

    public static BenchResult Run(BenchSetup setup)
    {
        var (summary, raw, figures) = (new StringBuilder("the hub under load, two destinations"), new StringBuilder(), new List<Figure>());
        foreach (var (name, alertsEach, connections) in Ways.Where(w => w.Name.Contains(setup.Only, StringComparison.Ordinal)))
        {
            var run = Measure(setup, alertsEach, connections);
            summary.Append(CultureInfo.InvariantCulture, $"\n{name}: {run.PerSecond:0} alerts/s kept, answered after {run.Median:0.0} ms (median), {run.P99:0.0} ms (p99); {run.CpuMicros:0.0} µs of CPU for each up to its delivery, and {run.OtherMicros:0.0} µs in the senders and destinations beside it; {run.PeakBytes >> 20} MiB at most; all delivered {run.Catch:0.0} s and stored {run.Stored:0.0} s after the last");
            raw.Append(CultureInfo.InvariantCulture, $"each={alertsEach} connections={connections} kept={run.Kept} persecond={run.PerSecond:0} median={run.Median:0.000} p99={run.P99:0.000} cpu={run.CpuMicros:0.00} othercpu={run.OtherMicros:0.00} peak={run.PeakBytes} delivered={run.Catch:0.0} stored={run.Stored:0.0}\n");
            figures.Add(new Figure($"alerts kept a second, {name}", run.PerSecond, "/s"));
            figures.Add(new Figure($"memory at most, {name}", run.PeakBytes / 1048576.0, "MiB"));
        }
        return new BenchResult(summary.ToString(), raw.ToString(), figures);
    }

    private static HubFigures Measure(BenchSetup setup, int alertsEach, int connections)
    {
        using var sink = new AlertSink();
        using var hub = new RunningHub(setup, sink);
        new AlertSenders(hub.Port, alertsEach, connections).Run(WarmUp);
        hub.AwaitIdle(Patience);
        var (before, other, delivered) = (hub.CpuTime, Environment.CpuUsage.TotalTime, sink.Alerts);
        var senders = new AlertSenders(hub.Port, alertsEach, connections);
        senders.Run(Load);
        var (caught, stored) = hub.AwaitIdle(Patience);
        if (sink.Alerts - delivered != 2 * senders.Kept) throw new BenchException($"{senders.Kept} alerts were answered, and the two destinations got {sink.Alerts - delivered}");
        var times = senders.Times;
        return new HubFigures(senders.Kept, senders.Kept / Load.TotalSeconds, times[times.Length / 2], times[(int)(times.Length * 0.99)], (hub.CpuTime - before).TotalMicroseconds / senders.Kept, (Environment.CpuUsage.TotalTime - other).TotalMicroseconds / senders.Kept, hub.PeakBytes, caught, stored);
    }

    /// <summary>What one way of sending gave; times of answers in milliseconds, of catching up in seconds.</summary>
    private sealed record HubFigures(long Kept, double PerSecond, double Median, double P99, double CpuMicros, double OtherMicros, long PeakBytes, double Catch, double Stored);
}
