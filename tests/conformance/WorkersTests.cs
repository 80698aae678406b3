using Peregrine.Filters;
using Peregrine.Filters.Fields;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Several workers give the alerts of one: the same, in the same order, whatever the capture and whatever the rules ask and show.</summary>
public sealed class WorkersTests : IDisposable
{
    private const string Large = "workstation.scap.gz";

    private static readonly string Captures = Environment.GetEnvironmentVariable("CAPTURES_DIR") is { Length: > 0 } given ? given : Path.GetFullPath(Path.Combine(ConformanceData.Folder, "..", "captures"));
    private static readonly string RuleFolder = Path.GetFullPath(Path.Combine(Captures, "..", "rules"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-workers-");

    /// <summary>Alerts that were compared.</summary>
    private int _alerts;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Of every event, every field: what the workers know is compared as a whole.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_field_of_every_event_is_that_of_one_worker(int workers)
    {
        if (!Directory.Exists(ConformanceData.Folder)) Assert.Skip($"{ConformanceData.Folder} is not there");
        var rules = Rule("evt.num >= 0", [.. SyscallFields.All.Concat(ContainerFields.All).Where(f => f.Extract is not null && (f.Argument & FieldArgument.Required) == 0).Select(f => f.Name)]);
        var failures = new List<string>();
        foreach (var capture in Directory.EnumerateFiles(ConformanceData.Folder, "*.scap*", SearchOption.AllDirectories))
            if (Compare(capture, [rules], workers) is { } failure) failures.Add(failure);
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(20)));
        Assert.InRange(_alerts, 10_000, int.MaxValue);
    }

    [Theory]
    [InlineData(2, "first")]
    [InlineData(4, "all")]
    public void The_published_rules_give_the_same_alerts_over_a_large_capture(int workers, string matching)
    {
        var capture = Path.Combine(Captures, Large);
        if (!File.Exists(capture)) Assert.Skip($"{capture} is not there");
        string[] rules = [.. ((string[])["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"]).Select(r => Path.Combine(RuleFolder, r))];
        Assert.Null(Compare(capture, rules, workers, "rule_matching=" + matching));
        Assert.NotEqual(0, _alerts);
    }

    /// <summary>Some hundred thousand alerts about what changes processes and descriptors.</summary>
    [Theory]
    [InlineData(2)]
    public void What_changes_the_state_is_seen_alike_over_a_large_capture(int workers)
    {
        var capture = Path.Combine(Captures, Large);
        if (!File.Exists(capture)) Assert.Skip($"{capture} is not there");
        string[] fields = ["evt.num", "evt.time", "evt.deltatime", "evt.reltime", "evt.args", "thread.tid", "proc.cmdline", "proc.cwd", "proc.aname", "proc.apid", "proc.sname", "proc.vpgid.name", "proc.nthreads", "fd.num", "fd.name", "fd.type", "fd.ino", "fd.sip", "fd.cport", "user.name", "user.uid", "container.id", "proc.duration", "thread.nametid", "proc.env", "proc.is_exe_writable", "fd.nameraw"];
        var rules = Rule("evt.type in (clone, clone3, vfork, execve, procexit, chdir, setuid, setsid, dup, dup2, dup3, connect, accept4, bind, listen, socket, pipe2, fcntl) or (evt.type in (read, write, recvfrom, sendto) and fd.type in (ipv4, ipv6, unix)) or (evt.type in (openat, close) and fd.num = 3)", fields);
        Assert.Null(Compare(capture, [rules], workers));
        Assert.InRange(_alerts, 100_000, int.MaxValue);
    }

    private string Rule(string condition, string[] fields)
    {
        var file = Path.Combine(_folder.FullName, "rules.yaml");
        File.WriteAllText(file, $"- rule: Every one\n  desc: d\n  condition: {condition}\n  output: {string.Join(' ', fields.Select(f => $"{f}=%{f}"))}\n  priority: NOTICE\n");
        return file;
    }

    /// <summary>Null when the alerts are the same; else where they part.</summary>
    private string? Compare(string capture, string[] rules, int workers, params string[] more)
    {
        string[] options = ["engine.kind=replay", "engine.replay.capture_file=" + capture, "json_output=false", .. more];
        var args = rules.SelectMany(r => (string[])["-r", r]).Concat(options.SelectMany(o => (string[])["-o", o])).ToArray();
        var one = SensorRun.Of(args);
        var several = SensorRun.Of([.. args, "-o", $"engine.workers={workers}"]);
        var name = Path.GetFileName(capture);
        _alerts += one.AlertLines.Length;
        // A capture that is cut ends with an error of its own; everything else must have gone well.
        Assert.True(one.ExitCode == 0 || one.Error.Contains("the capture ", StringComparison.Ordinal), one.Error);
        if (one.ExitCode != several.ExitCode) return $"{name}: exit code {one.ExitCode} with one worker, {several.ExitCode} with {workers}: {several.Error}";
        if (one.AlertLines.SequenceEqual(several.AlertLines)) return null;
        var at = one.AlertLines.Zip(several.AlertLines).TakeWhile(p => p.First == p.Second).Count();
        return $"{name}: {one.AlertLines.Length} alerts with one worker, {several.AlertLines.Length} with {workers}; they part at {at}:\n  {Part(one, several, at)}";
    }

    private static string Part(SensorRun one, SensorRun several, int at)
    {
        if (at >= one.AlertLines.Length || at >= several.AlertLines.Length) return "one ends";
        var words = one.AlertLines[at].Split(' ').Zip(several.AlertLines[at].Split(' ')).Where(p => p.First != p.Second).Select(p => $"{p.First} | {p.Second}");
        return string.Join("\n  ", words.Take(5));
    }
}
