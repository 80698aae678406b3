using System.Text;
using System.Text.RegularExpressions;
using Peregrine.Capture;
using Peregrine.Kernel.Compression;
using Peregrine.Sensor;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>Captures that alerts start: which rules start them, when they end, what stands in them.</summary>
public sealed partial class RuleCapturesTests : IDisposable
{
    private const string Rules = """
        - rule: Watched
          desc: d
          condition: evt.type = open and fd.name = /watched
          output: watched %fd.name by %proc.name in %proc.cwd
          priority: WARNING
          capture: true
        - rule: Long
          desc: d
          condition: evt.type = open and fd.name = /long
          output: long %fd.name
          priority: WARNING
          capture: true
          capture_duration: 5000
        - rule: Unwatched
          desc: d
          condition: evt.type = open and fd.name = /unwatched
          output: unwatched %fd.name by %proc.name in %proc.cwd
          priority: WARNING
        - rule: Moved
          desc: d
          condition: evt.type = chdir
          output: moved to %proc.cwd
          priority: WARNING
          capture: true
        - rule: Closed
          desc: d
          condition: evt.type = close
          output: closed %fd.name
          priority: WARNING
          capture: true
        - rule: Ended
          desc: d
          condition: evt.type = procexit
          output: ended %proc.name of %proc.pname in %proc.cwd as %user.name
          priority: WARNING
          capture: true

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-captures-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ItBeginsWithTheAlertAndEndsWithTheFirstEventPastItsTime()
    {
        Record(r => r.Open(0, "/a").Open(100, "/watched").Open(400, "/b").Open(1100, "/c").Open(1200, "/d"));
        Replay("capture.default_duration=1000");
        Assert.Equal([100, 400, 1100], Times(Assert.Single(Captures())));
    }

    [Fact]
    public void ItsNameHasTheTimeAndTheNumberOfTheEvent()
    {
        Record(r => r.Open(0, "/a").Open(100, "/watched"));
        Replay();
        Assert.Equal($"c_{SampleRecording.At(100):D20}_{2:D20}.scap", Path.GetFileName(Assert.Single(Captures())));
    }

    [Fact]
    public void FurtherAlertsMakeItLonger()
    {
        Record(r => r.Open(100, "/watched").Open(900, "/watched").Open(1500, "/b").Open(1950, "/c").Open(2000, "/d"));
        Replay("capture.default_duration=1000");
        Assert.Equal([100, 900, 1500, 1950], Times(Assert.Single(Captures())));
    }

    [Fact]
    public void ARuleHasItsOwnDuration()
    {
        Record(r => r.Open(100, "/long").Open(200, "/watched").Open(4000, "/b").Open(5100, "/c").Open(5200, "/d"));
        Replay("capture.default_duration=1000");
        Assert.Equal([100, 200, 4000, 5100], Times(Assert.Single(Captures())));
    }

    [Fact]
    public void AnotherFollowsWhenOneHasEnded()
    {
        Record(r => r.Open(100, "/watched").Open(1100, "/b").Open(1200, "/c").Open(1300, "/watched").Open(1400, "/d"));
        Replay("capture.default_duration=1000");
        Assert.Equal([[100, 1100], [1300, 1400]], Captures().Select(Times));
    }

    [Fact]
    public void OnlyRulesThatSaySoStartOneUnlessAllDo()
    {
        Record(r => r.Open(100, "/unwatched").Open(200, "/b"));
        Replay();
        Assert.Empty(Captures());
        Replay("capture.mode=all_rules");
        Assert.Equal([100, 200], Times(Assert.Single(Captures())));
    }

    [Fact]
    public void NoneAreMadeUnlessAskedFor()
    {
        Record(r => r.Open(100, "/watched"));
        Replay("capture.enabled=false");
        Assert.Empty(Captures());
    }

    [Fact]
    public void ItEndsAtItsLargestSize()
    {
        Record(r =>
        {
            r.Open(0, "/long");
            for (var i = 0; i < 4000; i++) r.Open(1, "/" + new string('x', 900));
        });
        var error = Replay("capture.max_file_size_mb=1", "capture.compression=none").Error;
        var file = Assert.Single(Captures());
        Assert.InRange(new FileInfo(file).Length, 1 << 20, (1 << 20) + 2000);
        Assert.Contains("largest size of 1 MB", error, StringComparison.Ordinal);
        Assert.InRange(Times(file).Count, 500, 1500);
    }

    [Fact]
    public void OnlyTheNewestFilesAreKeptAndNobodyElses()
    {
        Record(r =>
        {
            for (var i = 0; i < 5; i++) r.Open(i * 100, "/watched").Open(i * 100 + 50, "/b");
        });
        string[] others = ["c_1_2.scap", "c_00000000000000000001_0000000000000000000x.scap", "cc_00000000000000000001_00000000000000000001.scap"];
        foreach (var other in others) File.WriteAllText(Path.Combine(_folder.FullName, "out", other), "");
        Replay("capture.default_duration=10", "capture.max_files=2");
        Assert.Equal([300, 400], Captures().Where(f => !others.Contains(Path.GetFileName(f))).Select(f => Times(f)[0]));
        Assert.All(others, other => Assert.True(File.Exists(Path.Combine(_folder.FullName, "out", other))));
    }

    [Theory]
    [InlineData("none", 0x0A)]
    [InlineData("gzip", 0x1f)]
    [InlineData("zstd", 0x28)]
    public void ItIsPackedAsConfigured(string compression, byte firstByte)
    {
        Record(r => r.Open(100, "/watched").Open(200, "/b"));
        Replay("capture.compression=" + compression);
        var file = Assert.Single(Captures());
        Assert.Equal(firstByte, File.ReadAllBytes(file)[0]);
        Assert.Equal([100, 200], Times(file));
    }

    [Fact]
    public void WhatStandsUnderItsNameIsReplacedAndNeverWrittenThrough()
    {
        Record(r => r.Open(100, "/watched"));
        var victim = Write("victim", "untouched");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "out", $"c_{SampleRecording.At(100):D20}_{1:D20}.scap"), victim);
        Replay();
        Assert.Equal("untouched", File.ReadAllText(victim));
        Assert.Equal([100], Times(Assert.Single(Captures())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReplayingItGivesTheSameAlert(bool recorder)
    {
        // What the alert shows is there before it, changes with it, or is gone after it.
        Record(r => r
            .Chdir(0, "sub").Clone(100, 200, "child").Chdir(200, "../x", 200).Exit(300, 200)
            .Close(400)
            .Open(500, "/watched").Chdir(600, "y").Open(700, "/watched"));
        foreach (var rule in new[] { "Moved", "Closed", "Ended", "Watched" })
        {
            foreach (var old in Captures()) File.Delete(old);
            string[] only = [$"rules[]={{disable: {{rule: '*'}}}}", $"rules[]={{enable: {{rule: {rule}}}}}"];
            var (alerts, _) = Replay([.. only, "capture.default_duration=1", $"capture.flight_recorder.enabled={(recorder ? "true" : "false")}"]);
            Assert.NotEmpty(alerts);
            Assert.Equal(alerts.Length, Captures().Length);
            foreach (var (alert, capture) in alerts.Zip(Captures()))
                Assert.Contains(alert, Replay([.. only, "capture.enabled=false", "engine.replay.capture_file=" + capture]).Alerts);
        }
    }

    [Fact]
    public void WithAFlightRecorderItBeginsBeforeTheAlert()
    {
        Record(r => r.Open(0, "/a").Open(5000, "/b").Clone(6000, 200, "brief").Open(9000, "/c", 200).Exit(9500, 200).Open(10_000, "/watched").Open(10_100, "/d").Open(11_500, "/e"));
        var error = Replay("capture.flight_recorder.enabled=true", "capture.flight_recorder.duration=6s", "capture.default_duration=1000", "rules[]={disable: {rule: Ended}}").Error;
        var file = Assert.Single(Captures());
        Assert.Equal([5000, 6000, 9000, 9500, 10_000, 10_100, 11_500], Times(file));
        Assert.Contains("4 events before the alert", error, StringComparison.Ordinal);
        using var reader = Open(file);
        // The tables are those of its first moment: the child that came and went was not there yet.
        Assert.Equal([100L], reader.Metadata.Threads.Select(t => t.Tid));
        Assert.Equal(SampleRecording.Home, Encoding.UTF8.GetString(reader.Metadata.Threads[0].Cwd));
        Assert.Equal([0u, 1000u], reader.Metadata.Users.Select(u => u.Uid));
    }

    [Theory]
    [InlineData("capture.path_prefix=/nowhere/to/be/c", "no folder /nowhere/to/be")]
    [InlineData("capture.mode=some", "'some' is not a valid mode of captures; there are rules and all_rules")]
    [InlineData("capture.compression=rar", "'rar' is no compression of captures")]
    [InlineData("capture.default_duration=-1", "must be between 0 and 4294967295")]
    [InlineData("capture.max_file_size_mb=2000000", "must be between 0 and 1048576")]
    [InlineData("capture.flight_recorder.duration=soon", "must be a time such as 500ms, 30s or 5m, not 'soon'")]
    [InlineData("capture.flight_recorder.memory=12", "must be between 1MiB and 2000MiB, not 12")]
    public void MistakesAreToldBeforeAnythingStarts(string option, string expected)
    {
        Record(r => r.Open(100, "/watched"));
        var (alerts, error) = Replay(1, "capture.flight_recorder.enabled=true", option);
        Assert.Empty(alerts);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private string[] Captures() => [.. Directory.GetFiles(Path.Combine(_folder.FullName, "out")).Order(StringComparer.Ordinal)];

    private void Record(Action<SampleRecording> events)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "out"));
        using var recording = new SampleRecording(Path.Combine(_folder.FullName, "in.scap"));
        events(recording);
    }

    private static CaptureReader Open(string path) => CaptureReader.Open(path, new CaptureReaderOptions { OpenZstd = s => new ZstdReadStream(s) });

    /// <summary>Of its events, in milliseconds.</summary>
    private static List<int> Times(string path)
    {
        var times = new List<int>();
        using var reader = Open(path);
        while (reader.TryRead(out var e)) times.Add((int)((e.Event.Timestamp - SampleRecording.Start) / 1_000_000));
        return times;
    }

    private (string[] Alerts, string Error) Replay(params string[] options) => Replay(0, options);

    private (string[] Alerts, string Error) Replay(int code, params string[] options)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        string[] all =
        [
            "engine.kind=replay", "engine.replay.capture_file=" + Path.Combine(_folder.FullName, "in.scap"), "capture.enabled=true",
            "capture.path_prefix=" + Path.Combine(_folder.FullName, "out", "c"), "syslog_output.enabled=false", "log_syslog=false", .. options,
        ];
        string[] args = ["-c", Write("empty.yaml", "json_output: false\n"), "-r", Write("rules.yaml", Rules), .. all.SelectMany(o => (string[])["-o", o])];
        Assert.Equal(code, SensorProgram.Run(args, new SensorConsole { Out = output, Error = error, Hostname = "host" }));
        return ([.. Encoding.UTF8.GetString(output.ToArray()).Split('\n').Where(l => AlertLine().IsMatch(l))], error.ToString());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.")]
    private static partial Regex AlertLine();
}
