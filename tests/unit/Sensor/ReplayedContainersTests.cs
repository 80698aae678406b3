using System.Text;
using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Sensor;
using Peregrine.Sensor.Recording;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>Alerts of a replay know of containers what those of the recorded sensor did, and wait for it as those did: by the events' time.</summary>
public sealed class ReplayedContainersTests : IDisposable
{
    private const string Hash = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
    private const string Rules = "- rule: Opened\n  desc: d\n  condition: evt.type = open\n  output: opened %fd.name in %container.name of %container.image.repository as %user.name\n  priority: WARNING\n";
    private const long Inside = 200;
    private const long Outside = 100;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-containers-");
    private readonly byte[] _buffer = new byte[65_536];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AnAlertWaitsForTheAnswerThatTheCaptureHas()
    {
        var alerts = Replay((open, know) =>
        {
            know(ContainerLookup.Waiting, 0);
            open(10, Inside, "/a");
            open(20, Outside, "/b");
            know(ContainerLookup.Answered, 30);
            open(40, Inside, "/c");
        });
        Assert.Equal(["/b in host of <NA> as root", "/a in web of nginx as root", "/c in web of nginx as root"], alerts);
    }

    [Fact]
    public void ItGoesOutAsItIsWhenItsTimeIsOver()
    {
        var alerts = Replay((open, know) =>
        {
            know(ContainerLookup.Waiting, 0);
            open(10, Inside, "/a");
            open(5_000, Outside, "/b");
            know(ContainerLookup.Answered, 6_000);
            open(6_010, Inside, "/c");
        });
        Assert.Equal(["/a in <NA> of <NA> as root", "/b in host of <NA> as root", "/c in web of nginx as root"], alerts);
    }

    [Fact]
    public void ItGoesOutWhenTheCaptureEnds() => Assert.Equal(["/a in <NA> of <NA> as root"], Replay((open, know) =>
    {
        know(ContainerLookup.Waiting, 0);
        open(10, Inside, "/a");
    }));

    [Fact]
    public void NothingWaitsWhereTheCaptureSaysNothing() => Assert.Equal(["/a in <NA> of <NA> as root", "/b in host of <NA> as root"], Replay((open, _) =>
    {
        open(10, Inside, "/a");
        open(20, Outside, "/b");
    }));

    /// <summary>With one worker; with several it must be the same.</summary>
    private string[] Replay(Action<Action<int, long, string>, Action<ContainerLookup, int>> events)
    {
        var alerts = Replay(events, 1);
        Assert.Equal(alerts, Replay(events, 2));
        Assert.Equal(alerts, Replay(events, 5));
        return alerts;
    }

    private string[] Replay(Action<Action<int, long, string>, Action<ContainerLookup, int>> events, int workers)
    {
        var path = Path.Combine(_folder.FullName, "in.scap");
        using (var writer = CaptureWriter.Create(path))
        {
            writer.WriteSection(new CaptureMetadata { Threads = [Thread(Outside, []), Thread(Inside, Encoding.UTF8.GetBytes($"cpu=/docker/{Hash}"))] });
            events(
                (time, tid, file) => writer.WriteEvent(EventView.Trusted(Capture.CaptureSamples.Open(_buffer, SampleRecording.At(time), tid, Encoding.UTF8.GetBytes(file))), 0),
                (lookup, time) => Note(writer, lookup, time));
        }
        var rules = Path.Combine(_folder.FullName, "rules.yaml");
        var empty = Path.Combine(_folder.FullName, "empty.yaml");
        File.WriteAllText(rules, Rules);
        File.WriteAllText(empty, "json_output: false\n");
        using var output = new MemoryStream();
        using var error = new StringWriter();
        string[] options = ["engine.kind=replay", "engine.replay.capture_file=" + path, "container_metadata.alert_hold_ms=1000", $"engine.workers={workers}", "syslog_output.enabled=false", "log_syslog=false"];
        var code = SensorProgram.Run(["-c", empty, "-r", rules, .. options.SelectMany(o => (string[])["-o", o])], new SensorConsole { Out = output, Error = error, Hostname = "host" });
        Assert.True(code == 0, error.ToString());
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n').Where(l => l.Contains("Warning opened ", StringComparison.Ordinal)).Select(l => l[(l.IndexOf("opened ", StringComparison.Ordinal) + 7)..])];
    }

    private static ThreadRecord Thread(long tid, byte[] cgroups) => new() { Tid = tid, Pid = tid, ParentTid = 1, VirtualTid = tid, VirtualPid = tid, Comm = "sh"u8.ToArray(), Exe = "sh"u8.ToArray(), Cgroups = cgroups };

    /// <summary>As a live sensor does when its container's engine answers.</summary>
    private static void Note(CaptureWriter writer, ContainerLookup lookup, int time)
    {
        var entry = new ContainerEntry { Engine = ContainerEngine.Docker, FullId = Encoding.UTF8.GetBytes(Hash), Id = Encoding.UTF8.GetBytes(Hash[..12]) };
        var details = new ContainerDetails { Known = ContainerFacts.Name | ContainerFacts.Image, Name = "web"u8.ToArray(), ImageRepository = "nginx"u8.ToArray() };
        entry.Learn(lookup == ContainerLookup.Answered ? details : null, lookup);
        var notes = new StateNotes(new StateEngine(new StateOptions(), NoHost.Instance)) { Time = SampleRecording.At(time) };
        notes.ContainerChanged(entry);
        notes.Flush((note, flags) => writer.WriteEvent(note, 0, flags));
    }
}
