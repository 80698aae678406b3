using Peregrine.Capture;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>Captures written on another thread: the same bytes, bounded, and no failure is lost.</summary>
public sealed class BehindStreamTests
{
    [Theory]
    [InlineData(WriteBehind.Wait, CaptureCompression.None)]
    [InlineData(WriteBehind.Wait, CaptureCompression.Gzip)]
    [InlineData(WriteBehind.Fail, CaptureCompression.Gzip)]
    public void TheCaptureIsTheSame(WriteBehind behind, CaptureCompression compression)
    {
        var stream = new MemoryStream();
        using (var writer = new CaptureWriter(stream, new CaptureWriterOptions { Compression = compression, Behind = behind }, leaveOpen: true))
        {
            writer.WriteSection(CaptureSamples.Metadata());
            CaptureSamples.WriteEvents(writer);
        }
        Assert.True(stream.CanWrite);
        Assert.Equal(ReadResult.Of(CaptureSamples.Small()).Records, ReadResult.Of(stream.ToArray()).Records);
    }

    [Fact]
    public void FlushingWaitsUntilAllIsWritten()
    {
        var below = new SlowStream();
        using var stream = new BehindStream(below, 1 << 20, waits: true);
        for (var i = 0; i < 20; i++) stream.Write(new byte[1000]);
        stream.Flush();
        Assert.Equal(20_000, below.Length);
    }

    [Fact]
    public void AtTheBoundItWaits()
    {
        var below = new SlowStream();
        using var stream = new BehindStream(below, 5000, waits: true);
        for (var i = 0; i < 30; i++)
        {
            stream.Write(new byte[1000]);
            Assert.InRange((i + 1) * 1000 - below.Length, 0, 6000);
        }
    }

    [Fact]
    public void OrItFailsAndKeepsWhatItTook()
    {
        using var release = new ManualResetEventSlim();
        var below = new SlowStream(release);
        var stream = new BehindStream(below, 5000, waits: false);
        for (var i = 0; i < 5; i++) stream.Write(new byte[1000]);
        Assert.Contains("does not keep up", Assert.Throws<IOException>(() => stream.Write(new byte[1000])).Message, StringComparison.Ordinal);
        release.Set();
        stream.Dispose();
        Assert.Equal(5000, below.Written);
    }

    [Fact]
    public void OnePieceIsTakenHoweverLarge()
    {
        var below = new SlowStream();
        using var stream = new BehindStream(below, 10, waits: false);
        stream.Write(new byte[1000]);
        stream.Flush();
        Assert.Equal(1000, below.Length);
    }

    [Fact]
    public void AFailureComesOutAtTheLatestAtTheEnd()
    {
        var stream = new BehindStream(new FullStream(), 1 << 20, waits: true);
        stream.Write(new byte[10]);
        Assert.Equal("no space left", Assert.Throws<IOException>(stream.Dispose).Message);
        var other = new BehindStream(new FullStream(), 1 << 20, waits: true);
        Assert.Throws<IOException>(() =>
        {
            for (var i = 0; i < 10_000_000; i++) other.Write(new byte[10]);
        });
        Assert.Throws<IOException>(other.Dispose);
    }

    private sealed class SlowStream(ManualResetEventSlim? gate = null) : MemoryStream
    {
        public long Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            gate?.Wait();
            if (gate is null) Thread.Sleep(1);
            Written += buffer.Length;
            base.Write(buffer);
        }
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no space left");
    }
}
