using System.IO.Compression;
using Peregrine.Capture;
using Xunit;

namespace Peregrine.ConformanceTests;

/// <summary>Captures of the set, copied: the copy gives the same events, and a copy of the copy is the same to the byte.</summary>
public sealed class CaptureCopyTests
{
    public static IEnumerable<TheoryDataRow<string>> Captures()
    {
        var folder = ConformanceData.File("captures");
        if (!Directory.Exists(folder)) return [new TheoryDataRow<string>("") { Skip = $"no captures in {folder}" }];
        return Directory.GetFiles(folder, "*.scap").Order().Select(path => new TheoryDataRow<string>(Path.GetFileName(path)));
    }

    [Theory, MemberData(nameof(Captures))]
    public void ACopyGivesTheSameEvents(string name)
    {
        var original = File.ReadAllBytes(ConformanceData.File(Path.Combine("captures", name)));
        var copy = Copy(original);
        Assert.Equal(Events(original), Events(copy));
        Assert.Equal(copy, Copy(copy));
    }

    [Fact]
    public void ACopyOfTheLargeRecordingIsTheRecordingItself()
    {
        var path = Path.Combine(ConformanceData.Folder, "..", "captures", "workstation.scap.gz");
        Assert.SkipUnless(File.Exists(path), "the large recording is not at hand");
        using var recording = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var same = new ComparingStream(recording);
        using (var reader = CaptureReader.Open(path))
        using (var writer = new CaptureWriter(same, leaveOpen: true))
        {
            writer.WriteSection(reader.Metadata);
            while (reader.TryRead(out var e)) writer.WriteEvent(e);
            Assert.Equal(1_714_744UL, writer.Events);
        }
        Assert.Equal(-1, recording.ReadByte());
    }

    private static byte[] Copy(byte[] capture)
    {
        var stream = new MemoryStream();
        using (var reader = CaptureReader.Open(new MemoryStream(capture)))
        using (var writer = new CaptureWriter(stream))
        {
            writer.WriteSection(reader.Metadata);
            while (reader.TryRead(out var e)) writer.WriteEvent(e);
        }
        return stream.ToArray();
    }

    private static List<string> Events(byte[] capture)
    {
        var events = new List<string>();
        using var reader = CaptureReader.Open(new MemoryStream(capture));
        while (reader.TryRead(out var e))
            events.Add($"{e.Number} {e.IsSurfaced} {e.Cpu} {e.Flags} {Convert.ToHexString(e.Event.Record)}");
        return events;
    }

    /// <summary>Takes what is written and demands that it is what another stream has.</summary>
    private sealed class ComparingStream(Stream expected) : MemoryStream
    {
        private readonly byte[] _buffer = new byte[1 << 20];

        public override void Write(byte[] buffer, int offset, int count)
        {
            var wanted = _buffer.AsSpan(0, count);
            expected.ReadExactly(wanted);
            if (!wanted.SequenceEqual(buffer.AsSpan(offset, count))) Assert.Fail($"differs within the {count} bytes before {Position}");
        }
    }
}
