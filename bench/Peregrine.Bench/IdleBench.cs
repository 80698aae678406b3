using System.Diagnostics;
using System.Globalization;

namespace Peregrine.Bench;

/// <summary>What the sensor takes when nothing happens, how long it takes to start, and what it holds of a machine with many threads and open files.</summary>
internal static class IdleBench
{
    private const int Starts = 5;
    private const int FilesPerProcess = 1_000;
    private const int Threads = 5_000;
    /// <summary>Until pages that only a start needs have been given back, which a sensor does after 20 s for the last time.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    /// <summary>Between starts: the kernel is busy for a while with taking a former probe down, and this program with compiling itself.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(2);

    private static readonly string Held = "/tmp/peregrine-bench-hold";

    public static BenchResult Run(BenchSetup setup)
    {
        var folder = Directory.CreateTempSubdirectory("peregrine-bench").FullName;
        try
        {
            var sets = ReplayBench.RuleSets(setup, folder).ToDictionary(static s => s.Name, static s => s.Files);
            var rules = sets.TryGetValue("all rules", out var all) ? all : [Path.Combine(Path.GetDirectoryName(setup.Sensor)!, "rules")];
            // The first one brings the program's file into memory, and does not count.
            _ = StartOnce(setup, rules);
            var start = Enumerable.Range(0, Starts).Select(_ => StartOnce(setup, rules)).Order().ElementAt(Starts / 2);
            var (cpu, events, idle) = RunIdle(setup, rules);
            var full = RunFull(setup, rules, Loops.Build(setup, folder));
            var summary = string.Create(CultureInfo.InvariantCulture,
                $"idle, 93 rules: {cpu:0.00} % of a core while {events:0} events a second came from the rest of the machine, {idle.Resident >> 20} MiB resident, {idle.Own >> 20} MiB of it without the rings; from start to attached {start.TotalMilliseconds:0} ms (median of {Starts}); with {Threads} threads and {100 * FilesPerProcess} open files more: {full.Own >> 20} MiB without the rings");
            return new BenchResult(summary, string.Create(CultureInfo.InvariantCulture, $"idle-core-percent {cpu:0.000}\nidle-events-per-second {events:0}\nidle-resident {idle.Resident}\nidle-own {idle.Own}\nstart-ms {start.TotalMilliseconds:0.0}\nfull-resident {full.Resident}\nfull-own {full.Own}\n"),
            [
                new("idle: CPU", cpu, "% of a core"),
                new("idle: resident", idle.Resident / 1048576.0, "MiB"),
                new("start to attached", start.TotalMilliseconds, "ms"),
                new($"{Threads} threads, {100 * FilesPerProcess} open files: memory without the rings", full.Own / 1048576.0, "MiB"),
            ]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TimeSpan StartOnce(BenchSetup setup, string[] rules)
    {
        Thread.Sleep(Apart);
        using var sensor = new WatchingSensor(setup, rules);
        sensor.Stop();
        return sensor.Attached;
    }

    /// <summary>No machine is silent: how many events came by is told, too.</summary>
    private static (double CorePercent, double EventsPerSecond, Memory Memory) RunIdle(BenchSetup setup, string[] rules)
    {
        var watch = Stopwatch.StartNew();
        using var sensor = new WatchingSensor(setup, rules);
        Thread.Sleep(Settle);
        sensor.Mark();
        Thread.Sleep(Idle);
        var cpu = 100 * sensor.CpuSeconds / Idle.TotalSeconds;
        var memory = Measure(sensor);
        var seconds = watch.Elapsed.TotalSeconds;
        return (cpu, sensor.Stop().Generated / seconds, memory);
    }

    /// <summary>The files and threads are there before the sensor starts, as on a machine that has been up for long.</summary>
    private static Memory RunFull(BenchSetup setup, string[] rules, string loops)
    {
        for (var child = 0; child < 100; child++) Directory.CreateDirectory($"{Held}/{child}");
        var stop = new ManualResetEventSlim();
        var threads = new List<Thread>();
        using var holder = Process.Start(new ProcessStartInfo(loops, ["hold", $"{FilesPerProcess}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            if (holder.StandardOutput.ReadLine() != "ready") throw new BenchException("the open files are not there");
            for (var i = 0; i < Threads; i++)
            {
                var thread = new Thread(stop.Wait, 64 * 1024) { IsBackground = true };
                thread.Start();
                threads.Add(thread);
            }
            using var sensor = new WatchingSensor(setup, rules);
            Thread.Sleep(Settle);
            var memory = Measure(sensor);
            sensor.Stop();
            return memory;
        }
        finally
        {
            stop.Set();
            holder.StandardInput.Close();
            holder.WaitForExit();
            foreach (var thread in threads) thread.Join();
            Directory.Delete(Held, recursive: true);
        }
    }

    private static Memory Measure(WatchingSensor sensor)
    {
        var (all, own) = sensor.Resident();
        return new Memory(all, own);
    }

    private readonly record struct Memory(long Resident, long Own);
}
