using System.Globalization;
using System.Text;

namespace Peregrine.Bench;

/// <summary>How fast a large capture is replayed with no, some and many rules, measured against unpacking it with gzip in the same run.</summary>
internal static class ReplayBench
{
    private const int Runs = 3;

    public static BenchResult Run(BenchSetup setup)
    {
        var capture = Path.Combine(setup.Data, "captures", "workstation.scap.gz");
        if (!File.Exists(capture)) return new BenchResult($"replay: skipped, {capture} is not there", "");
        var gzip = Best(() => ChildUsage.Run("/bin/gzip", false, "-dc", capture));
        var summary = new StringBuilder($"replay of {Path.GetFileName(capture)}; gzip -dc takes {Seconds(gzip.CpuSeconds)} s CPU");
        var raw = new StringBuilder($"gzip {Seconds(gzip.CpuSeconds)}\n");
        foreach (var (name, files) in RuleSets(setup))
        {
            var args = files.SelectMany(f => (string[])["-r", f]).Concat(["-o", "engine.kind=replay", "-o", "engine.replay.capture_file=" + capture, "-o", "json_output=true", "-o", "syslog_output.enabled=false", "-o", "log_syslog=false"]);
            var usage = Best(() => ChildUsage.Run(setup.Sensor, true, [.. args]));
            var alerts = usage.Output.Split('\n').Count(l => l.StartsWith('{'));
            summary.Append(CultureInfo.InvariantCulture, $"\n{name}: {Seconds(usage.CpuSeconds)} s CPU, {Seconds(usage.WallSeconds)} s wall, {usage.CpuSeconds / gzip.CpuSeconds:0.0} × gzip, {alerts} alerts");
            raw.Append(CultureInfo.InvariantCulture, $"{name} cpu={Seconds(usage.CpuSeconds)} wall={Seconds(usage.WallSeconds)} alerts={alerts}\n");
        }
        return new BenchResult(summary.ToString(), raw.ToString());
    }

    private static IEnumerable<(string Name, string[] Files)> RuleSets(BenchSetup setup)
    {
        var none = Path.Combine(Path.GetTempPath(), "peregrine-bench-none.yaml");
        File.WriteAllText(none, "- rule: Never\n  desc: never matches\n  condition: evt.type = open and proc.name = nobody-is-called-this\n  output: never\n  priority: DEBUG\n");
        yield return ("one rule that never matches", [none]);
        string Rules(string name) => Path.Combine(setup.Data, "rules", name);
        string[] stable = [Rules("falco_rules.yaml")];
        string[] all = [.. stable, Rules("falco-incubating_rules.yaml"), Rules("falco-sandbox_rules.yaml")];
        if (!all.All(File.Exists)) yield break;
        yield return ("stable rules", stable);
        yield return ("all rules", all);
    }

    private static ChildUsage.Usage Best(Func<ChildUsage.Usage> run) => Enumerable.Range(0, Runs).Select(_ => run()).MinBy(u => u.CpuSeconds)!;

    private static string Seconds(double seconds) => seconds.ToString("0.00", CultureInfo.InvariantCulture);
}
