using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>From a syscall to its alert on the sensor's standard output: opens marker files at random moments and notes when each line arrives.</summary>
internal static class LatencyBench
{
    private const int Samples = 1_000;
    private const int WarmUp = 100;
    private static readonly string Marker = Path.Combine(Path.GetTempPath(), "peregrine-latency-");

    public static BenchResult Run(BenchSetup setup)
    {
        var rules = $"""
            - rule: Latency
              desc: marks the opening of a marker file
              condition: evt.type in (open, openat, openat2) and fd.name startswith {Marker}
              output: marker %fd.name
              priority: DEBUG
            """;
        var arrived = new long[WarmUp + Samples];
        using var sensor = new RunningSensor(setup, rules);
        var reader = new Thread(() => Read(sensor.Alerts, arrived)) { IsBackground = true };
        reader.Start();
        AwaitFirst(sensor, arrived);

        var sent = new long[arrived.Length];
        var random = new Random(7);
        for (var i = 1; i < arrived.Length; i++)
        {
            Thread.Sleep(random.Next(3, 13));
            Thread.SpinWait(random.Next(0, 20_000));
            sent[i] = Stopwatch.GetTimestamp();
            Open(i);
        }
        SpinWait.SpinUntil(() => Volatile.Read(ref arrived[^1]) != 0, TimeSpan.FromSeconds(5));
        var micros = new List<double>();
        for (var i = WarmUp; i < arrived.Length; i++)
            if (arrived[i] != 0) micros.Add(Stopwatch.GetElapsedTime(sent[i], arrived[i]).TotalMicroseconds);
        var raw = string.Concat(micros.Select(m => m.ToString("0.0", CultureInfo.InvariantCulture) + "\n"));
        return new BenchResult(Summary(micros), raw, micros.Count == 0 ? [] : [new("event to alert, median", At(micros, 0.5), "ms"), new("event to alert, 99 of 100", At(micros, 0.99), "ms")]);
    }

    private static string Summary(List<double> micros)
    {
        if (micros.Count == 0) return "latency: no alert arrived";
        return string.Create(CultureInfo.InvariantCulture,
            $"latency, event to alert on stdout: {micros.Count} of {Samples} events, median {At(micros, 0.5):0.000} ms, p90 {At(micros, 0.9):0.000} ms, p99 {At(micros, 0.99):0.000} ms, max {At(micros, 1):0.000} ms");
    }

    /// <summary>In milliseconds: what this share of the samples did not exceed.</summary>
    private static double At(List<double> micros, double share) => micros.Order().ElementAt(Math.Min(micros.Count - 1, (int)(micros.Count * share))) / 1000;

    private static void AwaitFirst(RunningSensor sensor, long[] arrived)
    {
        for (var tries = 0; Volatile.Read(ref arrived[0]) == 0; tries++)
        {
            sensor.ThrowIfEnded();
            if (tries > 300) throw new BenchException("the sensor gave no alert within 30 s");
            Open(0);
            Thread.Sleep(100);
        }
    }

    private static void Open(int number)
    {
        try
        {
            File.OpenHandle(Marker + number.ToString(CultureInfo.InvariantCulture)).Dispose();
        }
        catch (FileNotFoundException)
        {
            // The attempt is the event.
        }
    }

    private static void Read(Stream alerts, long[] arrived)
    {
        var buffer = new byte[64 * 1024];
        var rest = "";
        while (alerts.Read(buffer) is > 0 and var count)
        {
            var now = Stopwatch.GetTimestamp();
            var lines = (rest + Encoding.UTF8.GetString(buffer, 0, count)).Split('\n');
            rest = lines[^1];
            foreach (var line in lines[..^1])
            {
                var at = line.LastIndexOf(Marker, StringComparison.Ordinal);
                if (at >= 0 && int.TryParse(line.AsSpan(at + Marker.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < arrived.Length && arrived[number] == 0)
                    Volatile.Write(ref arrived[number], now);
            }
        }
    }
}
