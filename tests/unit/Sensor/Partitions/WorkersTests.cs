using System.Text;
using Peregrine.Capture;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Partitions;

/// <summary>What happens on a made-up machine gives the same alerts in the same order with one worker and with several.</summary>
public sealed class WorkersTests : IDisposable
{
    private const string Rules = """
        - rule: Opened
          desc: d
          condition: evt.type = open and fd.name contains "1"
          output: opened %evt.num %evt.deltatime %evt.reltime %fd.name %proc.name %proc.pid of %proc.aname in %proc.cwd as %user.name %fd.nameraw %proc.duration
          priority: WARNING
        - rule: Opened by a child of a child
          desc: d
          condition: evt.type = open and proc.aname[2] = bash
          output: child %evt.num %fd.name %proc.apid
          priority: NOTICE
          capture: true
        - rule: Ended
          desc: d
          condition: evt.type in (procexit, chdir, close, clone)
          output: changed %evt.num %evt.type %proc.name %proc.pid %proc.ppid %proc.pname %proc.cwd %fd.name %proc.nchilds
          priority: WARNING

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-workers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_lives_of_many_processes_give_the_same_alerts(int seed)
    {
        Record(seed, 4_000);
        var one = Replay(1);
        Assert.InRange(one.Length, 1_000, int.MaxValue);
        foreach (var workers in (int[])[2, 3, 4, 7, 64]) Assert.Equal(one, Replay(workers));
    }

    [Theory]
    [InlineData("engine.workers=2", "rule_matching=all")]
    [InlineData("engine.workers=5", "rule_matching=all")]
    [InlineData("engine.workers=2", "json_output=true")]
    [InlineData("engine.workers=2", "metrics.rule_costs_enabled=true")]
    public void So_they_do_whatever_else_is_configured(string workers, string option)
    {
        Record(5, 1_000);
        Assert.Equal(Replay(1, option), Run([workers, option]).Alerts);
    }

    [Fact]
    public void Captures_that_alerts_start_are_the_same()
    {
        Record(6, 2_000);
        var one = Captured(1);
        Assert.NotEmpty(one);
        Assert.Equal(one, Captured(2));
    }

    [Fact]
    public void An_alert_about_drops_has_its_place_among_the_others()
    {
        Record(7, 3_000);
        string[] options = ["syscall_event_drops.simulate_drops=true", "syscall_event_drops.rate=1000", "syscall_event_drops.max_burst=1000"];
        var one = Replay(1, options);
        Assert.Contains(one, static l => l.Contains("system calls dropped", StringComparison.Ordinal));
        Assert.Equal(one, Replay(3, options));
    }

    [Fact]
    public void The_log_says_how_many_there_are()
    {
        Record(8, 10);
        Assert.Contains("3 workers ask the rules", Run(["engine.workers=3"]).Log, StringComparison.Ordinal);
        Assert.DoesNotContain("ask the rules", Run(["engine.workers=auto"]).Log, StringComparison.Ordinal);
        Assert.Contains("one worker asks all rules", Run(["engine.workers=3", "capture.enabled=true", "capture.path_prefix=" + In("c")]).Log, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Processes are born, move, open files, end; their ids lie together, so that parents and children belong to different workers.</summary>
    private void Record(int seed, int events)
    {
        var random = new Random(seed);
        List<long> living = [SampleRecording.Shell];
        var next = SampleRecording.Shell;
        using var recording = new SampleRecording(In("in.scap"));
        for (var time = 0; time < events; time++)
        {
            var who = living[random.Next(living.Count)];
            switch (random.Next(10))
            {
                case 0 or 1 when living.Count < 60:
                    living.Add(++next);
                    recording.Clone(time, next, $"p{next % 7}", who);
                    break;
                case 2 when living.Count > 20 && who != SampleRecording.Shell:
                    living.Remove(who);
                    recording.Exit(time, who);
                    break;
                case 3:
                    recording.Chdir(time, $"/d{random.Next(5)}", who);
                    break;
                case 4:
                    recording.Close(time, who);
                    break;
                // Of a process that nobody has seen.
                case 5 when random.Next(20) == 0:
                    recording.Open(time, "/stray1", 50_000 + random.Next(50));
                    break;
                default:
                    recording.Open(time, $"/f{random.Next(30)}", who);
                    break;
            }
        }
    }

    private List<string> Captured(int workers)
    {
        var prefix = In($"w{workers}-");
        Run([$"engine.workers={workers}", "capture.enabled=true", "capture.mode=rules", "capture.default_duration=50", "capture.path_prefix=" + prefix]);
        var captured = new List<string>();
        foreach (var file in Directory.EnumerateFiles(_folder.FullName, $"w{workers}-*").Order(StringComparer.Ordinal))
        {
            using var reader = CaptureReader.Open(file);
            var events = new StringBuilder();
            while (reader.TryRead(out var e)) events.Append(' ').Append(e.Event.Timestamp);
            captured.Add(Path.GetFileName(file)[3..] + events);
        }
        return captured;
    }

    private string[] Replay(int workers, params string[] options) => Run([$"engine.workers={workers}", .. options]).Alerts;

    private (string[] Alerts, string Log) Run(string[] options)
    {
        var rules = In("rules.yaml");
        var empty = In("empty.yaml");
        File.WriteAllText(rules, Rules);
        File.WriteAllText(empty, "json_output: false\n");
        using var output = new MemoryStream();
        using var error = new StringWriter();
        string[] all = ["engine.kind=replay", "engine.replay.capture_file=" + In("in.scap"), "syslog_output.enabled=false", "log_syslog=false", .. options];
        var code = SensorProgram.Run(["-c", empty, "-r", rules, .. all.SelectMany(o => (string[])["-o", o])], new SensorConsole { Out = output, Error = error, Hostname = "host" });
        Assert.True(code == 0, error.ToString());
        return (Encoding.UTF8.GetString(output.ToArray()).Split('\n'), error.ToString());
    }
}
