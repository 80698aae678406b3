using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>
/// What the sensor costs while the machine works: each workload without it and with it, in turns, in one run. Told are the workload's own CPU time against that without the sensor, the sensor's
/// CPU time for an event, and what was dropped. With the sensor each workload runs twice: the first time code that turns out to be hot is compiled anew, which a sensor that runs for days does once; the second time is the
/// figure, and the first stands beside it.
/// </summary>
internal static class LiveBench
{
    private const int Rounds = 3;
    private const int Pairs = 1_000_000;
    private const int Bytes = 2_000_000;
    private const int Spawns = 2_000;

    /// <summary>One file takes a fifth of a second; the sensor's CPU time is told in hundredths.</summary>
    private const int Compiles = 20;

    public static BenchResult Run(BenchSetup setup)
    {
        var folder = Directory.CreateTempSubdirectory("peregrine-bench").FullName;
        try
        {
            var loops = Loops.Build(setup, folder);
            string[] dd = ["/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", $"count={Bytes}", "status=none"];
            string[] pairs = [loops, "open-close", $"{Pairs}"];
            string[] spawn = [loops, "spawn", $"{Spawns}"];
            string[] compile = ["/bin/sh", "-c", $"for run in $(seq {Compiles}); do clang -O2 -c -o /dev/null \"$0\" || exit 1; done", Path.Combine(setup.Root, "bench", "workloads", "loops.c")];
            var sets = ReplayBench.RuleSets(setup, folder).ToDictionary(static s => s.Name, static s => s.Files);
            var some = sets.GetValueOrDefault("stable rules") ?? Default(setup);
            var many = sets.GetValueOrDefault("all rules") ?? Default(setup);
            var result = new Rows();
            result.Measure(setup, Workload.Of("one dd", "byte", Bytes, dd), some, "25 rules");
            result.Measure(setup, Workload.Of("one open/close loop", "pair", Pairs, pairs), some, "25 rules");
            result.Measure(setup, Workload.Of("two open/close loops", "pair", 2 * Pairs, pairs, pairs), some, "25 rules");
            result.Measure(setup, Workload.Of("one open/close loop", "pair", Pairs, pairs), many, "93 rules");
            result.Measure(setup, Workload.Of("two open/close loops", "pair", 2 * Pairs, pairs, pairs), many, "93 rules");
            result.Measure(setup, Workload.Of("two dd and an open/close loop", "call", 2 * Bytes + Pairs, dd, dd, pairs), some, "25 rules, every call recorded", "base_syscalls.all=true", "base_syscalls.custom_set[]=read", "base_syscalls.custom_set[]=write");
            result.Measure(setup, Workload.Of("two fork+exec loops", "process", 2 * Spawns, spawn, spawn), some, "25 rules");
            result.Measure(setup, Workload.Of("compiling", "file", Compiles, compile), some, "25 rules");
            if (File.Exists("/usr/sbin/nginx") && File.Exists("/usr/bin/wrk")) result.Measure(setup, Servers.Nginx(folder), some, "25 rules");
            if (File.Exists("/usr/bin/redis-benchmark")) result.Measure(setup, Servers.Redis(), some, "25 rules");
            return result.Finish();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Where the reference's rules are not at hand, those that the sensor brings.</summary>
    private static string[] Default(BenchSetup setup) => [Path.Combine(Path.GetDirectoryName(setup.Sensor)!, "rules")];

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private sealed class Rows
    {
        private readonly StringBuilder _summary = new($"live, medians of {Rounds}");
        private readonly StringBuilder _raw = new();
        private readonly List<Figure> _figures = [];

        public void Measure(BenchSetup setup, Workload work, string[] rules, string name, params string[] settings)
        {
            var title = $"{work.Name}, {name}";
            if (!title.Contains(setup.Only, StringComparison.Ordinal)) return;
            var (without, with, costs) = (new List<WorkResult>(), new List<WorkResult>(), new List<(double PerEvent, double Dropped, double Core, double FirstCore, SensorCounts Counts)>());
            work.Run();
            for (var round = 0; round < Rounds; round++)
            {
                without.Add(work.Run());
                using var sensor = new WatchingSensor(setup, rules, [.. settings, "stdout_output.enabled=false"]);
                var (first, firstCpu) = RunWatched(work, sensor);
                var (result, cpu) = RunWatched(work, sensor);
                var counts = sensor.Stop();
                with.Add(result);
                // The same work twice made about the same events twice.
                costs.Add((cpu * 1e9 / Math.Max(1, counts.Read / 2.0), 100.0 * counts.Dropped / Math.Max(1, counts.Generated), 100 * cpu / result.WallSeconds, 100 * firstCpu / first.WallSeconds, counts));
            }
            var (alone, watched) = (Median(without.Select(static r => r.NanosecondsPerUnit)), Median(with.Select(static r => r.NanosecondsPerUnit)));
            var slower = 100 * (watched / alone - 1);
            var perEvent = Median(costs.Select(static c => c.PerEvent));
            var dropped = Median(costs.Select(static c => c.Dropped));
            var core = Median(costs.Select(static c => c.Core));
            var whileNew = Median(costs.Select(static c => c.FirstCore));
            var events = costs[0].Counts.Generated / 2;
            _summary.Append(CultureInfo.InvariantCulture, $"\n{title}: {alone:0} ns CPU for each {work.Unit} alone, {watched:0} with the sensor ({slower:+0;-0} %); sensor {perEvent:0} ns for each of {events} events ({core:0.0} % of a core, {whileNew:0.0} % while it was new), {dropped:0.00} % dropped");
            foreach (var (r, i) in without.Select(static (r, i) => (r, i))) _raw.Append(CultureInfo.InvariantCulture, $"{title}; alone {i}: cpu={r.CpuSeconds:0.000} wall={r.WallSeconds:0.000} units={r.Units:0}\n");
            for (var i = 0; i < Rounds; i++)
                _raw.Append(CultureInfo.InvariantCulture, $"{title}; watched {i}: cpu={with[i].CpuSeconds:0.000} wall={with[i].WallSeconds:0.000} units={with[i].Units:0} generated={costs[i].Counts.Generated} read={costs[i].Counts.Read} dropped={costs[i].Counts.Dropped} sensor-ns-per-event={costs[i].PerEvent:0.0} sensor-core-percent={costs[i].Core:0.0} sensor-core-percent-while-new={costs[i].FirstCore:0.0}\n");
            _figures.Add(new Figure(title + ": slow-down of the workload", slower, "%"));
            _figures.Add(new Figure(title + ": sensor", perEvent, "ns/event"));
            _figures.Add(new Figure(title + ": sensor's share of a core", core, "%"));
            _figures.Add(new Figure(title + ": dropped", dropped, "%"));
        }

        private static (WorkResult Work, double SensorSeconds) RunWatched(Workload work, WatchingSensor sensor)
        {
            sensor.Mark();
            var result = work.Run();
            // What is in the rings still is the workload's, too.
            Thread.Sleep(100);
            return (result, sensor.CpuSeconds);
        }

        public BenchResult Finish() => new(_summary.ToString(), _raw.ToString(), _figures);
    }
}
