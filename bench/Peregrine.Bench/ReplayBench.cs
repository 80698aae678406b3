using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>
/// How fast a large capture is replayed with one, some and many rules: CPU time of the whole process less that of the same run over a capture without events, against unpacking it with gzip in the same run.
/// </summary>
internal static class ReplayBench
{
    private const int Runs = 5;

    public static BenchResult Run(BenchSetup setup)
    {
        var packed = setup.Capture;
        if (!File.Exists(packed)) return new BenchResult($"replay: skipped, {packed} is not there", "");
        var folder = Directory.CreateTempSubdirectory("peregrine-bench").FullName;
        try
        {
            var capture = CaptureFiles.Unpack(packed, folder);
            var gzip = Calibration.Measure(setup)!;
            var summary = new StringBuilder().Append(CultureInfo.InvariantCulture, $"replay of {Path.GetFileName(packed)}, unpacked, {capture.Events} events; medians of {Runs}");
            var raw = new StringBuilder($"gzip {Seconds(gzip.Value)}\n");
            var figures = new List<Figure>();
            foreach (var (name, files) in RuleSets(setup, folder))
            {
                var empty = Median(() => Replay(setup, capture.Empty, files));
                var whole = Median(() => Replay(setup, capture.Plain, files));
                var cpu = whole.CpuSeconds - empty.CpuSeconds;
                var alerts = whole.Output.Split('\n').Count(l => l.StartsWith('{'));
                summary.Append(CultureInfo.InvariantCulture, $"\n{name}: {capture.Events / cpu / 1e6:0.0} M events per CPU second ({Seconds(cpu)} s, without events {Seconds(empty.CpuSeconds)} s), {cpu / gzip.Value:0.0} × gzip, {alerts} alerts, {whole.PeakBytes >> 20} MiB at most");
                figures.Add(new(name, capture.Events / cpu / 1e6, "M events/CPU s"));
                raw.Append(CultureInfo.InvariantCulture, $"{name} cpu={Seconds(cpu)} empty={Seconds(empty.CpuSeconds)} wall={Seconds(whole.WallSeconds)} peak={whole.PeakBytes} alerts={alerts}\n");
            }
            return new BenchResult(summary.ToString(), raw.ToString(), figures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static ChildUsage.Usage Replay(BenchSetup setup, string capture, string[] rules, int workers = 1) => ChildUsage.Run(setup.Sensor, true,
        [.. rules.SelectMany(f => (string[])["-r", f]), "-o", "engine.kind=replay", "-o", "engine.replay.capture_file=" + capture, "-o", "json_output=true", "-o", "syslog_output.enabled=false", "-o", "log_syslog=false", "-o", $"engine.workers={workers}"]);

    internal static ChildUsage.Usage Median(Func<ChildUsage.Usage> run) => Enumerable.Range(0, Runs).Select(_ => run()).OrderBy(u => u.CpuSeconds).ElementAt(Runs / 2);

    internal static IEnumerable<(string Name, string[] Files)> RuleSets(BenchSetup setup, string folder)
    {
        var none = Path.Combine(folder, "none.yaml");
        File.WriteAllText(none, "- rule: Never\n  desc: never matches\n  condition: evt.type in (open, openat) and fd.name = /nobody/has/this\n  output: never\n  priority: DEBUG\n");
        yield return ("one rule that never matches", [none]);
        string Rules(string name) => Path.Combine(setup.Data, "rules", name);
        string[] stable = [Rules("falco_rules.yaml")];
        string[] all = [.. stable, Rules("falco-incubating_rules.yaml"), Rules("falco-sandbox_rules.yaml")];
        if (all.All(File.Exists))
        {
            yield return ("stable rules", stable);
            yield return ("all rules", all);
        }
        yield return ("1000 generated rules", [GeneratedRules.Write(folder, 1000)]);
        yield return ("10000 generated rules", [GeneratedRules.Write(folder, 10_000)]);
    }

    internal static string Seconds(double seconds) => seconds.ToString("0.00", CultureInfo.InvariantCulture);
}
