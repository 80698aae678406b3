using System.Globalization;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>
/// A machine at work is watched and recorded at once; the replay must give the same alerts, field by field. For <c>PEREGRINE_COMPARE_SECONDS</c>, 10 by default.
/// </summary>
[Collection(LiveCollection.Name)]
public sealed class CaptureComparisonScenarios(LiveSensor shared, EngineOf<PodmanEngine> engine) : IClassFixture<EngineOf<PodmanEngine>>, IDisposable
{
    private static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable("PEREGRINE_COMPARE_SECONDS") ?? "10", CultureInfo.InvariantCulture);

    private static readonly string[] Fields =
    [
        "evt.rawtime", "evt.type", "evt.args", "evt.res", "proc.name", "proc.pname", "proc.aname[2]", "proc.aname[3]", "proc.pid", "proc.ppid", "proc.vpid", "proc.sid", "proc.vpgid", "proc.cmdline", "proc.pcmdline", "proc.exe",
        "proc.exepath", "proc.cwd", "proc.tty", "proc.is_exe_writable", "proc.is_exe_upper_layer", "proc.env[PATH]", "proc.stdin.name", "proc.stdout.type", "thread.tid", "thread.cap_effective", "user.name",
        "user.uid", "user.loginuid", "group.name", "fd.num", "fd.name", "fd.type", "fd.typechar", "fd.l4proto", "fd.cip", "fd.cport", "fd.sip", "fd.sport", "container.id", "container.name", "container.type",
        "container.image.repository", "container.image.tag", "container.privileged", "container.mounts",
    ];

    private readonly LiveFolder _folder = new("compare");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AReplayGivesTheAlertsOfTheLiveRun()
    {
        var (configuration, trigger) = Configuration();
        var podman = engine.Get(shared);
        using var sensor = SensorProcess.Start("-c", configuration);
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", trigger), alert => alert.Rule == "Begin");
        var recording = Path.Combine(_folder.Path, "beside.scap");
        using var recorder = SensorProcess.Start("record", "-w", recording);
        string? container = null;
        using (new BusyLoad(_folder.Path))
        {
            Thread.Sleep(TimeSpan.FromSeconds(Seconds / 2.0));
            container = podman.Start(terminal: false, "sh", "-c", "while true; do cat /etc/hostname; sleep 1; done");
            Thread.Sleep(TimeSpan.FromSeconds(Seconds / 2.0));
            Assert.Equal(0, recorder.Stop("INT"));
        }
        podman.Remove(container);
        Wait.For(() => sensor.Logged.Contains("Capture ended", StringComparison.Ordinal), () => sensor.Logged);
        Assert.Equal(0, sensor.Stop());

        var capture = Assert.Single(Directory.GetFiles(_folder.Path, "started_*.scap"));
        var replayed = Captures.Replay(capture, configuration);
        var (begin, end) = Times(capture);
        var live = sensor.Alerts(a => a.Rule != "Begin" && Time(a) >= begin && Time(a) <= end);
        AssertSame(live, [.. replayed.Where(a => a.Rule != "Begin")]);
        Assert.True(live.Count > 100, $"only {live.Count} alerts: the load did nothing");
        Assert.Contains(live, a => a["container.id"] == container && a["container.image.repository"] is "localhost/live" && a["fd.name"] == "/etc/hostname");

        var told = RecordingSummary.Of(recorder.Logged);
        Assert.Equal(told.Generated, told.Read + told.Dropped);
        Assert.Equal(told.Read, told.Written);
        Assert.Equal(told.Written, (ulong)Captures.Lines(recording, "%evt.num").Length);
        Command.Run("cmp", recording, Captures.StableCopy(recording)).Succeeded();
        TestContext.Current.SendDiagnosticMessage($"{Seconds} s: {live.Count} alerts live and in the replay; beside it {told.Generated} events generated, {told.Read} read, {told.Dropped} dropped, {told.Written} written");
    }

    /// <summary>Each with its rule, its time and all its fields, as often here as there.</summary>
    private static void AssertSame(IReadOnlyList<Alert> live, IReadOnlyList<Alert> replayed)
    {
        var left = replayed.GroupBy(a => a.ToString()).ToDictionary(g => g.Key, g => g.Count());
        var missing = new List<Alert>();
        foreach (var alert in live)
        {
            if (left.GetValueOrDefault(alert.ToString()) > 0) left[alert.ToString()]--;
            else missing.Add(alert);
        }
        var extra = left.Where(p => p.Value > 0).Select(p => p.Key).ToList();
        Assert.True(missing.Count == 0 && extra.Count == 0, $"""
            {live.Count} alerts live, {replayed.Count} in the replay; {missing.Count} of the first are not among the second, {extra.Count} of the second not among the first. For instance, live:
            {string.Join('\n', missing.Take(5))}
            in the replay:
            {string.Join('\n', missing.Take(5).Select(m => replayed.FirstOrDefault(r => r.Rule == m.Rule && Time(r) == Time(m))?.ToString() ?? "nothing of that rule and time"))}
            in the replay alone:
            {string.Join('\n', extra.Take(5))}
            """);
    }

    /// <summary>Nanoseconds since the epoch.</summary>
    private static ulong Time(Alert alert) => ulong.Parse(alert["evt.rawtime"]!, CultureInfo.InvariantCulture);

    private static (ulong Begin, ulong End) Times(string capture)
    {
        var times = Captures.Lines(capture, "%evt.rawtime").Select(t => ulong.Parse(t, CultureInfo.InvariantCulture)).ToList();
        return (times.Min(), times.Max());
    }

    private (string File, string Trigger) Configuration()
    {
        var trigger = _folder.Write("trigger", "");
        var rules = _folder.Write("rules.yaml", $"""
            - rule: Begin
              desc: Starts the capture.
              condition: evt.type in (open, openat, openat2) and fd.name = {trigger}
              output: begin
              priority: DEBUG
              capture: true
            - rule: File opened
              desc: Whatever is read below /etc, or written.
              condition: evt.type in (open, openat, openat2) and (fd.name startswith /etc/ or evt.is_open_write = true)
              output: opened %fd.name
              priority: DEBUG
            - rule: Program started
              desc: Every one.
              condition: evt.type in (execve, execveat) and evt.rawres = 0
              output: started %proc.cmdline
              priority: DEBUG
            - rule: Network
              desc: Sockets in use.
              condition: evt.type in (connect, accept, accept4, listen, bind, sendto, recvfrom, sendmsg, recvmsg) and fd.typechar in (4, 6, u)
              output: network %fd.name
              priority: DEBUG
            - rule: Names
              desc: What changes folders.
              condition: evt.type in (rename, renameat, renameat2, unlink, unlinkat, mkdir, mkdirat, fchmod, fchmodat, chmod, dup, dup2, dup3)
              output: changed %evt.args
              priority: DEBUG

            """);
        return (_folder.Write("config.yaml", LiveSensor.Configuration(Fields, [Repository.Rules, rules]) + $$"""
            webserver: {enabled: false}
            engine:
              kind: modern_ebpf
              modern_ebpf: {buf_size_preset: 7}
            capture:
              enabled: true
              path_prefix: {{_folder.Path}}/started
              default_duration: {{Seconds * 1000}}

            """), trigger);
    }
}
