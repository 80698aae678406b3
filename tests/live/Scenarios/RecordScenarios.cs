using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary><c>record</c> with its options on the real kernel, and what <c>events</c> and <c>replay</c> make of its files.</summary>
[Collection(LiveCollection.Name)]
public sealed class RecordScenarios(LiveSensor shared) : IDisposable
{
    private readonly LiveFolder _folder = new("record");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARecordingHoldsEveryEventThatWasReadAndCopiesToTheByte()
    {
        var marked = _folder.Write("marked", "");
        var capture = At("all.scap");
        using var recorder = Start(capture);
        DoUntilRecorded(capture, () => shared.Deeds.Do("open", marked).Succeeded());
        var pid = shared.Deeds.Do("open", marked).Succeeded().Pid;
        Assert.Equal(0, recorder.Stop("INT"));
        var told = RecordingSummary.Of(recorder.Logged);
        Assert.Equal(told.Generated, told.Read + told.Dropped);
        Assert.Equal(told.Read, told.Written);
        Assert.Equal(told.Written, (ulong)Captures.Lines(capture, "%evt.num").Length);
        Assert.Contains(Captures.Lines(capture, "%proc.pid %proc.name %evt.type", $"evt.type in (open, openat, openat2) and fd.name = {marked}"), l => l.StartsWith($"{pid} deeds open", StringComparison.Ordinal));
        // What was written, read and written again is the same file.
        Command.Run("cmp", capture, Captures.StableCopy(capture)).Succeeded();
        Assert.Equal(0, Convert.ToInt32(File.GetUnixFileMode(capture) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)));
    }

    [Fact]
    public void ATimeLimitEndsIt()
    {
        using var recorder = SensorProcess.Start("record", "-w", At("short.scap"), "--for", "1s");
        Assert.Equal(0, recorder.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.True(RecordingSummary.Of(recorder.Logged).Written > 0, recorder.Logged);
        Assert.DoesNotContain('\r', recorder.Logged);
    }

    [Fact]
    public void AConditionLeavesOutWhatDoesNotFitButNotWhatItNeeds()
    {
        var marked = _folder.Write("marked", "");
        var other = _folder.Write("other", "");
        var capture = At("some.scap");
        using var recorder = Start(capture, "--filter", $"fd.name = {marked} and evt.type in (open, openat, openat2)");
        DoUntilRecorded(capture, () => shared.Deeds.Do("open", marked).Succeeded());
        shared.Deeds.Do("open", other).Succeeded();
        var pid = shared.Deeds.Do("open", marked).Succeeded().Pid;
        Assert.Equal(0, recorder.Stop());
        Assert.All(Captures.Lines(capture, "%evt.type %fd.name"), l => Assert.EndsWith(marked, l));
        // Its program is known, because its start stands in the file unseen.
        Assert.Contains(Captures.Lines(capture, "%proc.pid %proc.cmdline"), l => l.StartsWith($"{pid} deeds open {marked}", StringComparison.Ordinal));
    }

    [Fact]
    public void ASizeLimitEndsIt()
    {
        using var load = new BusyLoad(_folder.Path);
        var capture = At("small.scap");
        using var recorder = SensorProcess.Start("record", "-w", capture, "--max-size", "4MiB");
        Assert.Equal(0, recorder.WaitForExit(TimeSpan.FromMinutes(2)));
        Assert.Contains("largest size", recorder.Logged, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(capture).Length, 2 << 20, 4 << 20);
        Assert.Equal(RecordingSummary.Of(recorder.Logged).Written, (ulong)Captures.Lines(capture, "%evt.num").Length);
    }

    [Fact]
    public void RotationKeepsTheLastFilesEachOfWhichReadsByItself()
    {
        using var load = new BusyLoad(_folder.Path);
        var capture = At("turn.scap");
        using var recorder = SensorProcess.Start("record", "-w", capture, "--max-size", "4MiB", "--rotate=2");
        Wait.For(() => File.Exists(capture + ".4"), () => recorder.Logged);
        load.Dispose();
        Assert.Equal(0, recorder.Stop());
        var files = Directory.GetFiles(_folder.Path, "turn.scap*");
        Assert.Equal(2, files.Length);
        Assert.DoesNotContain(capture, files);
        foreach (var file in files)
        {
            Assert.InRange(new FileInfo(file).Length, 1, 4 << 20);
            Assert.NotEmpty(Captures.Lines(file, "%proc.name", "evt.num < 100 and proc.name exists"));
        }
    }

    [Theory]
    [InlineData("packed.scap.gz", 0x1f)]
    [InlineData("packed.scap.zst", 0x28)]
    public void ANameSaysHowItIsPacked(string name, byte first)
    {
        var capture = At(name);
        using var recorder = SensorProcess.Start("record", "-w", capture, "--for", "1s");
        Assert.Equal(0, recorder.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(first, File.ReadAllBytes(capture)[0]);
        Assert.Equal(RecordingSummary.Of(recorder.Logged).Written, (ulong)Captures.Lines(capture, "%evt.num").Length);
    }

    [Fact]
    public void ATerminalShowsHowFarItIs()
    {
        var shown = Captures.OnTerminal(_folder, "record", "-w", At("shown.scap"), "--for", "2s");
        Assert.Matches(@"Recording to \S+shown\.scap: \d+ events, [\d.]+ (M |k )?events/s", shown);
        // The line is taken away before anything else is said.
        Assert.Matches(@"\r\e\[K[^\r]*Events written: \d+", shown);
    }

    [Fact]
    public void AReplayInItsOwnTimeShowsHowFarItIs()
    {
        var capture = At("paced.scap");
        using var recorder = SensorProcess.Start("record", "-w", capture, "--for", "3s");
        Assert.Equal(0, recorder.WaitForExit(TimeSpan.FromMinutes(1)));
        var times = Captures.Lines(capture, "%evt.rawtime");
        var span = TimeSpan.FromTicks((long)(Number(times[^1]) - Number(times[0])) / 100);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var shown = Captures.OnTerminal(_folder, "replay", capture, "-r", Repository.Rules, "--pace");
        Assert.True(clock.Elapsed >= span - TimeSpan.FromMilliseconds(50), $"{span} of events were replayed in {clock.Elapsed}");
        Assert.Matches(@"Replaying \S+paced\.scap: \d+ %, [\d.]+ (M |k )?events/s, (\d+ min )?\d+ s left", shown);
        Assert.Contains("Events detected: ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherProgramReadsTheSameEvents()
    {
        var capture = At("shared.scap");
        using var recorder = SensorProcess.Start("record", "-w", capture, "--for", "1s");
        Assert.Equal(0, recorder.WaitForExit(TimeSpan.FromMinutes(1)));
        // Wireshark shows the notes about the state too, which are of types that system calls do not have.
        var theirs = Command.Run("tshark", "-r", capture, "-T", "fields", "-e", "sysdig.event_type", "-e", "sysdig.cpu_id", "-e", "sysdig.thread_id", "-e", "sysdig.nparams").Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).Where(f => !IsNote(int.Parse(f[0], System.Globalization.CultureInfo.InvariantCulture))).ToList();
        var ours = Captures.Lines(capture, "%evt.cpu %thread.tid %evt.type").Select(l => l.Split(' ')).ToList();
        Assert.Equal(RecordingSummary.Of(recorder.Logged).Written, (ulong)theirs.Count);
        Assert.Equal(ours.Select(f => $"{f[0]} {f[1]}"), theirs.Zip(ours, static (t, o) => o[1] == "<NA>" ? $"{t[1]} <NA>" : $"{t[1]} {t[2]}"));
        Assert.Contains("Wireshark", Command.Run("capinfos", capture).Succeeded().Output, StringComparison.Ordinal);
    }

    /// <summary>Of the iterators over what runs already, of containers and of accounts.</summary>
    private static bool IsNote(int type) => type is >= 430 or 402 or (>= 354 and <= 361);

    private static ulong Number(string text) => ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private string At(string name) => Path.Combine(_folder.Path, name);

    private static SensorProcess Start(string capture, params string[] options) => SensorProcess.Start(["record", "-w", capture, .. options]);

    /// <summary>Records are written in pieces: what was done is there when the file has grown by it.</summary>
    private static void DoUntilRecorded(string capture, Action deed)
    {
        Wait.For(() => File.Exists(capture), () => capture + " was not begun");
        var before = new FileInfo(capture).Length;
        Wait.For(
            () =>
            {
                for (var i = 0; i < 20; i++) deed();
                return new FileInfo(capture).Length > before;
            },
            () => capture + " does not grow");
    }
}
