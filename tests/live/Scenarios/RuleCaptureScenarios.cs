using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Captures that alerts start, on the real kernel: when they begin and end, and that a replay gives the alert again.</summary>
[Collection(LiveCollection.Name)]
public sealed class RuleCaptureScenarios(LiveSensor shared) : IDisposable
{
    private const string Asks = "Asks for a capture";
    private const string AsksLonger = "Asks for a longer capture";
    private const string AsksNot = "Asks for none";

    private readonly LiveFolder _folder = new("captures");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItBeginsWithTheAlertAndLastsAsLongAsConfigured()
    {
        // On a machine where nothing happens a capture's last event is long before its end.
        using var load = new BusyLoad(_folder.Path);
        using var sensor = Start("default_duration: 1500");
        var alert = Do(sensor, Asks, "asks");
        var capture = Ended(sensor);
        Assert.StartsWith(Path.Combine(_folder.Path, "out", "c") + "_", capture);
        Assert.Equal(At("asks"), Captures.Lines(capture, "%fd.name", "evt.num = 1").Single());
        Assert.InRange(Span(capture), 1_000_000_000UL, ulong.MaxValue);
        AssertReplayGives(capture, alert);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void ARuleHasItsOwnDurationAndOthersStartNone()
    {
        using var load = new BusyLoad(_folder.Path);
        using var sensor = Start("default_duration: 100");
        Do(sensor, AsksNot, "asks_not");
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "out")));
        Do(sensor, AsksLonger, "asks_longer");
        Assert.InRange(Span(Ended(sensor)), 1_000_000_000UL, ulong.MaxValue);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void AllRulesStartOneWhenSoConfigured()
    {
        using var sensor = Start("default_duration: 1000\n  mode: all_rules");
        var alert = Do(sensor, AsksNot, "asks_not");
        AssertReplayGives(Ended(sensor), alert);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void ItEndsAtItsLargestSize()
    {
        using var load = new BusyLoad(_folder.Path);
        using var sensor = Start("default_duration: 600000\n  max_file_size_mb: 2\n  compression: none", "base_syscalls.all=true");
        Do(sensor, Asks, "asks");
        var capture = Ended(sensor);
        Assert.Contains("cut short at its largest size of 2 MB", sensor.Logged, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(capture).Length, 2 << 20, (2 << 20) + 70_000);
        Assert.NotEmpty(Captures.Lines(capture, "%evt.num"));
        load.Dispose();
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void ASensorThatEndsEndsItsCapture()
    {
        using var sensor = Start("default_duration: 600000");
        var alert = Do(sensor, Asks, "asks");
        Assert.Equal(0, sensor.Stop("INT"));
        AssertReplayGives(Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "out"))), alert);
    }

    [Fact]
    public void OnlyTheNewestFilesAreKept()
    {
        using var sensor = Start("default_duration: 1\n  max_files: 2");
        for (var i = 1; i <= 4; i++)
        {
            Do(sensor, Asks, "asks");
            var count = i;
            Wait.For(() => CountOf(sensor.Logged, "Capture ended") >= count, () => sensor.Logged);
        }
        Wait.For(() => Directory.GetFiles(Path.Combine(_folder.Path, "out")).Length == 2, () => sensor.Logged);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public void WithTheFlightRecorderItBeginsBeforeTheAlert()
    {
        using var sensor = Start("default_duration: 500\n  flight_recorder:\n    enabled: true\n    duration: 20s\n    memory: 64MiB");
        // What happens first must come again from memory, with the name of a process that is gone by the time of the alert.
        var before = Do(sensor, AsksNot, "asks_not");
        var alert = Do(sensor, Asks, "asks");
        var capture = Ended(sensor);
        Assert.Matches(@"it begins with \d+ events before the alert", sensor.Logged);
        AssertReplayGives(capture, before, alert);
        Assert.Equal(0, sensor.Stop());
    }

    [Theory]
    [InlineData("gzip", 0x1f)]
    [InlineData("zstd", 0x28)]
    public void ItIsPackedAsConfigured(string compression, byte first)
    {
        using var sensor = Start("default_duration: 300\n  compression: " + compression);
        var alert = Do(sensor, Asks, "asks");
        var capture = Ended(sensor);
        Assert.Equal(first, File.ReadAllBytes(capture)[0]);
        AssertReplayGives(capture, alert);
        Assert.Equal(0, sensor.Stop());
    }

    private static int CountOf(string text, string word) => text.Split(word).Length - 1;

    private string At(string name) => Path.Combine(_folder.Path, name);

    private string Configuration => At("config.yaml");

    private SensorProcess Start(string capture, params string[] options)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "out"));
        var rules = _folder.Write("rules.yaml", Rule(Asks, "asks", "capture: true") + Rule(AsksLonger, "asks_longer", "capture: true\n  capture_duration: 2000") + Rule(AsksNot, "asks_not", "") + Rule("Ready", "ready", ""));
        _folder.Write("config.yaml", LiveSensor.Configuration(rules) + $"webserver: {{enabled: false}}\ncapture:\n  enabled: true\n  path_prefix: {_folder.Path}/out/c\n  {capture}\n");
        var ready = _folder.Write("ready", "");
        foreach (var name in new[] { "asks", "asks_longer", "asks_not" }) _folder.Write(name, "");
        var sensor = SensorProcess.Start(["-c", Configuration, .. options.SelectMany(o => (string[])["-o", o])]);
        sensor.WaitUntilItWatches(() => shared.Deeds.Do("open", ready), alert => alert.Rule == "Ready");
        return sensor;
    }

    private string Rule(string name, string file, string more) => $"""
        - rule: {name}
          desc: A file of the test was opened.
          condition: evt.type in (open, openat, openat2) and fd.name = {At(file)} and proc.name = deeds
          output: opened %fd.name
          priority: NOTICE
          {more}

        """;

    private Alert Do(SensorProcess sensor, string rule, string file)
    {
        var pid = $"{shared.Deeds.Do("open", At(file)).Succeeded().Pid}";
        return sensor.Expect(rule, alert => alert["proc.pid"] == pid);
    }

    /// <summary>The last capture, when it has ended: on a silent machine the clock ends it.</summary>
    private string Ended(SensorProcess sensor)
    {
        Wait.For(() => CountOf(sensor.Logged, "Capture ended") is > 0 and var ended && ended == CountOf(sensor.Logged, "Capture started"), () => sensor.Logged);
        return Directory.GetFiles(Path.Combine(_folder.Path, "out")).Order(StringComparer.Ordinal).Last();
    }

    private static ulong Span(string capture)
    {
        var times = Captures.Lines(capture, "%evt.rawtime");
        return Number(times[^1]) - Number(times[0]);
    }

    private static ulong Number(string text) => ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>With all their fields.</summary>
    private void AssertReplayGives(string capture, params Alert[] alerts)
    {
        var replayed = Captures.Replay(capture, Configuration).Select(a => a.ToString()).ToList();
        foreach (var alert in alerts) Assert.Contains(alert.ToString(), replayed);
    }
}
