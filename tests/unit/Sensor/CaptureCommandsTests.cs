using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Peregrine.Capture;
using Peregrine.Kernel.Compression;
using Peregrine.Sensor;
using Peregrine.Sensor.Terminal;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>replay and events, as a person calls them: where captures come from, how they are packed, how a run ends.</summary>
public sealed class CaptureCommandsTests : IDisposable
{
    private const string Rules = "- rule: Opened\n  desc: d\n  condition: evt.type = open\n  output: opened %fd.name by %proc.name\n  priority: WARNING\n";

    /// <summary>When the person leaves.</summary>
    private TimeSpan _left = TimeSpan.FromMinutes(5);

    private bool _leavesAfterFirstOutput;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peregrine-commands-");

    public CaptureCommandsTests()
    {
        using (var recording = new SampleRecording(At("in.scap"))) recording.Open(0, "/a").Close(50).Open(100, "/b").Open(400, "/c");
        File.WriteAllText(At("rules.yaml"), Rules);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void PackedCapturesAreReadByEveryCommand(string packing)
    {
        using (var file = File.Create(At("packed")))
        using (Stream packed = packing == "gzip" ? new GZipStream(file, CompressionLevel.Fastest) : new ZstdWriteStream(file)) packed.Write(File.ReadAllBytes(At("in.scap")));
        Assert.Equal(4, Lines(Run(0, "events", At("packed")).Out));
        Assert.Contains("Events detected: 3", Replay(0, At("packed")).Out, StringComparison.Ordinal);
        Assert.Contains("evt.type = open", Run(0, "explain", At("packed"), "Opened", "-r", At("rules.yaml")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("copy.scap", 0x0A)]
    [InlineData("copy.scap.gz", 0x1f)]
    [InlineData("copy.scap.zst", 0x28)]
    public void ACopyIsPackedAsItsNameSays(string name, byte first)
    {
        Run(0, "events", At("in.scap"), "-w", At(name));
        Assert.Equal(first, File.ReadAllBytes(At(name))[0]);
        Assert.Equal(Run(0, "events", At("in.scap")).Out, Run(0, "events", At(name)).Out);
    }

    [Fact]
    public void ACopyOfSomeEventsKeepsWhatTheyNeedToBeUnderstood()
    {
        Run(0, "events", At("in.scap"), "-w", At("copy.scap"), "--filter", "fd.name = /b");
        var (output, _) = Run(0, "events", At("copy.scap"), "--format", "%evt.type %fd.name");
        Assert.Equal("open /b\n", output);
        using var reader = CaptureReader.Open(At("copy.scap"));
        Assert.Single(reader.Metadata.Threads);
        // Opening and closing change the state, so these events stay as such.
        while (reader.TryRead(out _))
        {
        }
        Assert.Equal((1UL, 3UL), (reader.Surfaced, reader.Dropped));
    }

    [Fact]
    public void ACutCaptureGivesEverythingBeforeTheCutThenTheErrorWithItsPlace()
    {
        var whole = File.ReadAllBytes(At("in.scap"));
        File.WriteAllBytes(At("cut.scap"), whole[..^10]);
        var (output, error) = Run(1, "events", At("cut.scap"));
        Assert.Equal(3, Lines(output));
        Assert.Matches(@"^Error: the capture .*cut\.scap cannot be read further: expecting \d+ bytes, read \d+\. Is the file truncated\? \(byte \d+, event\)\n$", error);
        (output, error) = Replay(1, At("cut.scap"));
        Assert.Contains("Events detected: 2", output, StringComparison.Ordinal);
        Assert.Contains("Is the file truncated?", error, StringComparison.Ordinal);
        Run(1, "events", At("cut.scap"), "-w", At("copy.scap"));
        Assert.Equal(3, Lines(Run(0, "events", At("copy.scap")).Out));
    }

    [Theory]
    [InlineData("events", "nowhere.scap", "no such file")]
    [InlineData("events", ".", "it is a folder")]
    [InlineData("replay", "rules.yaml", "the file is a text that begins with \"- rule: Opened\"")]
    [InlineData("explain", "rules.yaml", "the file is a text that begins with \"- rule: Opened\"")]
    public void WhatCannotBeReadIsNamed(string command, string file, string expected)
    {
        string[] more = command switch { "events" => [], "explain" => ["Opened", "-r", At("rules.yaml")], _ => ["-r", At("rules.yaml")] };
        Assert.Contains(expected, Run(1, [command, At(file), .. more]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ReplaysEndByTheTimeOfTheirEvents()
    {
        Assert.Contains("Events detected: 2", Replay(0, At("in.scap"), "-M", "0.3").Out, StringComparison.Ordinal);
        Assert.Contains("Events detected: 3", Replay(0, At("in.scap"), "-M", "5").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void APacedReplayHoldsEventsBackUntilTheyAreDue()
    {
        using (var recording = new SampleRecording(At("slow.scap"))) recording.Open(0, "/a").Open(1_800_000, "/b");
        _leavesAfterFirstOutput = true;
        Assert.Contains("Events detected: 1\n", Replay(0, At("slow.scap"), "--pace").Out, StringComparison.Ordinal);
        _leavesAfterFirstOutput = false;
        // A million times faster, and a silence that is too long to be one, are no wait.
        Assert.Contains("Events detected: 2\n", Replay(0, At("slow.scap"), "--pace=1000000").Out, StringComparison.Ordinal);
        using (var recording = new SampleRecording(At("jump.scap"))) recording.Open(0, "/a").Open(2_000_000_000, "/b");
        Assert.Contains("Events detected: 2\n", Replay(0, At("jump.scap"), "--pace").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AFifoIsReadAndCanBeLeft()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo"), "mkfifo is not there");
        using (var mkfifo = Process.Start("/usr/bin/mkfifo", At("fifo"))) mkfifo.WaitForExit();
        // Nobody ever writes to it.
        _left = TimeSpan.FromMilliseconds(300);
        Assert.Contains("Events detected: 0", Replay(0, At("fifo")).Out, StringComparison.Ordinal);
        _left = TimeSpan.FromMinutes(5);
        var writer = new Thread(() => File.WriteAllBytes(At("fifo"), File.ReadAllBytes(At("in.scap"))));
        writer.Start();
        Assert.Contains("Events detected: 3", Replay(0, At("fifo")).Out, StringComparison.Ordinal);
        writer.Join();
    }

    [Fact]
    public void ProgressNeverMixesWithWhatIsWritten()
    {
        using var terminal = new StringWriter();
        var line = new ProgressLine(terminal);
        using var output = new MemoryStream();
        using var guarded = line.Guard(output);
        line.Draw("50 %");
        guarded.Write("alert\n"u8);
        guarded.Write("alert\n"u8);
        line.Draw("60 %");
        line.Erase();
        line.Erase();
        Assert.Equal("\r\u001b[K50 %\r\u001b[K\r\u001b[K60 %\r\u001b[K", terminal.ToString());
        Assert.Equal("alert\nalert\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    private static int Lines(string text) => text.Count(c => c == '\n');

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private (string Out, string Error) Replay(int code, string capture, params string[] more) =>
        Run(code, ["replay", capture, "-r", At("rules.yaml"), "-o", "syslog_output.enabled=false", "-o", "log_syslog=false", .. more]);

    private (string Out, string Error) Run(int code, params string[] args)
    {
        using var stop = new CancellationTokenSource(_left);
        using var output = new WatchedOutput(_leavesAfterFirstOutput ? stop.Cancel : static () => { });
        using var error = new StringWriter();
        Assert.Equal(code, SensorProgram.Run(args, new SensorConsole { Out = output, Error = error, Hostname = "host", Stop = stop.Token }));
        return (Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private sealed class WatchedOutput(Action written) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            written();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            written();
        }
    }
}
