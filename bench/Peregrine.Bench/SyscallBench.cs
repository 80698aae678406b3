using System.Diagnostics;
using System.Globalization;

namespace Peregrine.Bench;

/// <summary>What the sensor costs the machine's workload: the time of a cheap syscall without it, and with it watching for something that never happens.</summary>
internal static class SyscallBench
{
    private const int Calls = 300_000;
    private const int Rounds = 10;

    public static BenchResult Run(BenchSetup setup)
    {
        var rules = """
            - rule: Never
              desc: never matches
              condition: evt.type in (open, openat, openat2) and fd.name = /never/opened
              output: never
              priority: DEBUG
            """;
        var without = Measure();
        double with;
        TimeSpan cpu;
        using (var sensor = new RunningSensor(setup, rules))
        {
            Thread.Sleep(3_000);
            sensor.ThrowIfEnded();
            var before = sensor.CpuTime;
            with = Measure();
            cpu = sensor.CpuTime - before;
        }
        var summary = string.Create(CultureInfo.InvariantCulture, $"syscalls: opening and closing /dev/null takes {without:0} ns alone, {with:0} ns with the sensor, which used {cpu.TotalSeconds:0.00} s CPU meanwhile");
        return new BenchResult(summary, string.Create(CultureInfo.InvariantCulture, $"alone {without:0.0}\nwith {with:0.0}\nsensor-cpu-s {cpu.TotalSeconds:0.000}\n"),
            [new("open and close, alone", without, "ns"), new("open and close, with the sensor", with, "ns")]);
    }

    /// <summary>Nanoseconds per open and close, the best of a few rounds.</summary>
    private static double Measure()
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Calls / Rounds; i++) File.OpenHandle("/dev/null").Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / (Calls / Rounds));
        }
        return best;
    }
}
