using Xunit;

namespace Peregrine.LiveTests.Harness;

/// <summary>
/// The sensor that most scenarios share: the default rules, a few rules of the tests' own that tell of opened files and started programs below the tests' folder, and alerts that carry all fields
/// that a scenario may ask for.
/// </summary>
public sealed class LiveSensor : IDisposable
{
    public const string Opened = "Live test, file opened";
    public const string Started = "Live test, program started";
    public const string Connected = "Live test, connected";
    public const string Used = "Live test, descriptor used";

    private readonly LiveFolder _own = new("sensor");

    public LiveSensor()
    {
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        try
        {
            Deeds = new DeedProgram(Path.Combine(Folder.Path, "bin"));
            var rules = _own.Write("live_rules.yaml", Rules(Folder.Path));
            Process = SensorProcess.Start("-c", _own.Write("live.yaml", Configuration(Repository.Rules, rules)));
            var touch = Folder.Write("ready", "");
            Process.WaitUntilItWatches(() => Deeds.Do("open", touch), alert => alert.Rule == Opened && alert["fd.name"] == touch);
        }
        catch
        {
            // xunit does not dispose of a fixture that could not be made.
            Process?.Dispose();
            Folder.Dispose();
            _own.Dispose();
            throw;
        }
    }

    /// <summary>A word of this run: what a test does carries it, so that nobody else's doing is taken for it.</summary>
    public static string Tag { get; } = $"live-test-{Environment.ProcessId}";

    /// <summary>Everything that happens to files here is told.</summary>
    public LiveFolder Folder { get; } = new();

    public DeedProgram Deeds { get; }

    public SensorProcess Process { get; }

    /// <summary>The fields that every alert carries, whatever its rule's output.</summary>
    public static IReadOnlyList<string> Fields { get; } =
    [
        "evt.type", "proc.name", "proc.pname", "proc.aname[2]", "proc.aname[3]", "proc.pid", "proc.ppid", "proc.vpid", "proc.cmdline", "proc.pcmdline", "proc.args", "proc.exe", "proc.exepath",
        "proc.cwd", "proc.tty", "proc.is_exe_from_memfd", "proc.is_exe_upper_layer", "thread.tid", "user.name", "user.uid", "group.name", "fd.name", "fd.nameraw", "fd.type", "fd.l4proto", "fd.cip",
        "fd.cport", "fd.sip", "fd.sport", "container.id", "user.loginuid", "user.loginname", "thread.cap_effective", "thread.cap_permitted", "thread.cap_inheritable", "thread.vtid",
        "thread.cgroups", "thread.cgroup.cpu",
    ];

    /// <summary>Alerts of a rule about this test's doing, told by a word that occurs in the command line or the file's name.</summary>
    public Alert Expect(string rule, string word) =>
        Process.Expect(rule, alert => Speaks(alert, word));

    public static bool Speaks(Alert alert, string word) =>
        (alert["proc.cmdline"]?.Contains(word, StringComparison.Ordinal) ?? false) || (alert["fd.name"]?.Contains(word, StringComparison.Ordinal) ?? false);

    public Alert Expect(string rule, Func<Alert, bool> fits) => Process.Expect(rule, fits);

    /// <summary>The file was opened by another process than this one, which makes the files.</summary>
    public Alert ExpectOpened(string path) => Process.Expect(Opened, alert => alert["fd.name"] == path && alert["proc.pid"] != $"{Environment.ProcessId}");

    public void Dispose()
    {
        if (!Process.HasExited) Process.Stop();
        Process.Dispose();
        Folder.Dispose();
        _own.Dispose();
    }

    /// <summary>A configuration with these rule files.</summary>
    public static string Configuration(params string[] rules) => Configuration(Fields, rules);

    /// <summary>The same, with other fields in every alert.</summary>
    public static string Configuration(IReadOnlyList<string> fields, string[] rules) => $$"""
        rules_files: [{{string.Join(", ", rules)}}]
        json_output: true
        rule_matching: all
        host_names: hosts_file
        stdout_output:
          enabled: true
        append_output:
          - match:
              source: syscall
            extra_fields: [{{string.Join(", ", fields.Distinct().Select(f => '"' + f + '"'))}}]

        """ + Workers;

    /// <summary>All scenarios hold with several workers too: <c>LIVE_WORKERS</c> says with how many.</summary>
    private static string Workers => Environment.GetEnvironmentVariable("LIVE_WORKERS") is { Length: > 0 } workers ? $"engine: {{workers: {workers}}}\n" : "";

    private static string Rules(string folder) => $"""
        - rule: {Opened}
          desc: A file below the tests' folder was opened.
          condition: evt.type in (open, openat, openat2, creat) and fd.num >= 0 and fd.name startswith {folder}/
          output: opened %fd.name
          priority: DEBUG
        - rule: {Started}
          desc: A program was started by a test, which says so in its arguments.
          condition: evt.type in (execve, execveat) and evt.rawres = 0 and proc.cmdline contains {Tag}
          output: started %proc.cmdline
          priority: DEBUG
        - rule: {Connected}
          desc: The tests' driver connected.
          condition: evt.type = connect and fd.typechar in (4, 6, u) and proc.cmdline contains {Tag}
          output: connected %fd.name
          priority: DEBUG
        - rule: {Used}
          desc: The tests' driver set the mode of an open file to what it is.
          condition: evt.type = fchmod and evt.rawres = 0 and proc.cmdline contains {folder}/
          output: used %fd.name
          priority: DEBUG

        """;
}

/// <summary>Everything live runs one after the other: two cores carry one sensor and its load, and engines share the machine's control groups.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LiveCollection : ICollectionFixture<LiveSensor>
{
    public const string Name = "live";
}
