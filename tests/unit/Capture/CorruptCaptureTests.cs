using System.IO.Compression;
using System.IO.Pipes;
using Peregrine.Capture;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>Cut, corrupt and hostile captures: a clear error with its place, everything before it, bounded memory.</summary>
public sealed class CorruptCaptureTests
{
    [Fact]
    public void ACaptureCutAtAnyByteGivesWhatIsBeforeTheCut()
    {
        var whole = CaptureSamples.Write(CaptureCompression.None, writer =>
        {
            writer.WriteSection(CaptureSamples.Metadata());
            var buffer = new byte[256];
            for (var i = 0; i < 5; i++)
                writer.WriteEvent(Peregrine.Events.EventView.Trusted(CaptureSamples.Open(buffer, CaptureSamples.Start, 100, "/x"u8)), 0);
        });
        var all = ReadResult.Of(whole);
        for (var cut = 0; cut < whole.Length; cut++)
        {
            var read = ReadResult.Of(whole[..cut]);
            Assert.True(read.Records.Count < all.Records.Count);
            Assert.Equal(all.Records.Take(read.Records.Count), read.Records);
            if (read.Error is null) Assert.NotEmpty(read.Records);
            else Assert.InRange(read.Error.Offset, 0, cut);
        }
    }

    [Fact]
    public void AGzipCaptureCutAtAnyByteNeverLooksComplete()
    {
        var whole = CaptureSamples.Small(CaptureCompression.Gzip);
        var all = ReadResult.Of(whole);
        for (var cut = 0; cut < whole.Length - 8; cut += 7)
        {
            var read = ReadResult.Of(whole[..cut]);
            Assert.NotNull(read.Error);
            Assert.Equal(all.Records.Take(read.Records.Count), read.Records);
        }
    }

    [Fact]
    public void GarbageInsideGzipIsAnErrorAfterTheEventsBeforeIt()
    {
        var whole = CaptureSamples.Write(CaptureCompression.Gzip, writer =>
        {
            writer.WriteSection(CaptureSamples.Metadata());
            for (var i = 0; i < 200; i++) CaptureSamples.WriteEvents(writer);
        });
        var all = ReadResult.Of(whole);
        whole.AsSpan(whole.Length / 2, 64).Fill(0xff);
        var read = ReadResult.Of(whole);
        Assert.NotNull(read.Error);
        Assert.NotEmpty(read.Records);
        Assert.Equal(all.Records.Take(100), read.Records.Take(100));
    }

    [Fact]
    public void WhatFollowsTheGzipIsIgnored()
    {
        byte[] capture = [.. CaptureSamples.Small(CaptureCompression.Gzip), .. new byte[100]];
        var read = ReadResult.Of(capture);
        Assert.Null(read.Error);
        Assert.Equal(6, read.Records.Count);
    }

    [Theory]
    [InlineData(0x216u, 65_536 + 12u, "event block length 65540 greater than NON-LARGE read buffer size 65536")]
    [InlineData(0x216u, uint.MaxValue, "event block length 4294967287 greater than NON-LARGE read buffer size 65536")]
    [InlineData(0x221u, uint.MaxValue, "event block length 4294967287 greater than read buffer size 33554432")]
    [InlineData(0x221u, 30_000_000u, "expecting 29999992 bytes, read 4. Is the file truncated?")]
    [InlineData(0x216u, 0u, "block length too short 0")]
    [InlineData(0x216u, 39u, "block length too short 39")]
    [InlineData(0x217u, 43u, "block length too short 43")]
    public void ALengthThatLiesCostsNoMemory(uint type, uint length, string problem)
    {
        var capture = BlockBytes.Section().Event().Raw(type).Raw(length).Raw(0).ToArray();
        ReadResult.Of(capture);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = ReadResult.Of(capture);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(problem, read.Error!.Problem);
        Assert.Single(read.Records);
    }

    [Theory]
    [InlineData(0x215u), InlineData(0x202u), InlineData(0x218u), InlineData(0x203u), InlineData(0x219u), InlineData(0x205u), InlineData(0x220u), InlineData(0x206u), InlineData(0x999u)]
    public void AMetadataBlockThatLiesCostsNoMemory(uint type)
    {
        // What the first capture of a process loads, the schema, is no block's doing.
        ReadResult.Of(BlockBytes.Section().Event().ToArray());
        foreach (var length in new uint[] { 0, 11, 12, 16, 1000, 0x7fffffff, 0xffffffff })
        {
            var capture = BlockBytes.Section().Raw(type).Raw(length).Raw(length).Raw(0).Raw(1).ToArray();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotNull(ReadResult.Of(capture).Error);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void TablesThatNeverEndAreRefused()
    {
        // Packed, a few kilobytes; unpacked, a process list without end.
        var entry = new BlockBytes.Fields().U64(1).U64(1).U64(1).Text("").Text("").Text("").Text("").U64(0).U32(0).U32(0).U32(0).ToArray();
        using var endless = new RepeatingStream(BlockBytes.Section().Raw(0x202).Raw(uint.MaxValue).ToArray(), entry);
        var read = ReadResult.Of(endless);
        Assert.Equal("the tables before the first event need more than 160 MiB", read.Error!.Problem);
    }

    [Fact]
    public void AnUnknownBlockBeforeTheFirstEventIsPassedOver()
    {
        var read = ReadResult.Of(BlockBytes.Section().Block(0x777, new BlockBytes.Fields().Bytes(new byte[300_000])).Event().ToArray());
        Assert.Null(read.Error);
        Assert.Single(read.Records);
    }

    [Fact]
    public void ANewerMajorVersionIsRefused() =>
        Assert.Equal("cannot correctly parse the capture. Upgrade your version.", ReadResult.Of(BlockBytes.Section(major: 2).Event().ToArray()).Error!.Problem);

    [Fact]
    public void ACaptureWithoutEventsSaysSo() => Assert.Equal("no events in file", ReadResult.Of(BlockBytes.Section().ToArray()).Error!.Problem);

    [Fact]
    public void AfterAnErrorThereIsNothingMore()
    {
        using var reader = CaptureReader.Open(new MemoryStream(BlockBytes.Section().Event().Raw(1).Raw(2).ToArray()));
        Assert.True(reader.TryRead(out _));
        var error = Throws(reader);
        Assert.Equal("could not restart capture: invalid block type", error.Problem);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task APipeIsReadAsItFills()
    {
        var capture = CaptureSamples.Small();
        using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        var firstEvent = new TaskCompletionSource();
        var reading = Task.Run(() =>
        {
            using var reader = CaptureReader.Open(client);
            var count = 0;
            while (reader.TryRead(out _))
                if (++count == 1) firstEvent.SetResult();
            return count;
        }, TestContext.Current.CancellationToken);
        // All but the last event; the reader must not wait for more to give the first.
        await server.WriteAsync(capture.AsMemory(0, capture.Length - 60), TestContext.Current.CancellationToken);
        await firstEvent.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await server.WriteAsync(capture.AsMemory(capture.Length - 60), TestContext.Current.CancellationToken);
        server.Dispose();
        Assert.Equal(6, await reading);
    }

    [Fact]
    public void ZstdWithoutALibraryIsAClearError() =>
        Assert.Contains("zstd", ReadResult.Of([0x28, 0xb5, 0x2f, 0xfd, 0, 0]).Error!.Problem, StringComparison.Ordinal);

    [Fact]
    public void ZstdIsLeftToWhoHasALibraryForIt()
    {
        byte[] packed = [0x28, 0xb5, 0x2f, 0xfd];
        var options = new CaptureReaderOptions { OpenZstd = _ => new MemoryStream(CaptureSamples.Small()) };
        using var reader = CaptureReader.Open(new MemoryStream(packed), options);
        Assert.True(reader.TryRead(out _));
    }

    private static CaptureException Throws(CaptureReader reader)
    {
        try
        {
            reader.TryRead(out _);
        }
        catch (CaptureException e)
        {
            return e;
        }
        throw new InvalidOperationException("no error");
    }

    /// <summary>A head, then the same bytes for ever.</summary>
    private sealed class RepeatingStream(byte[] head, byte[] repeated) : MemoryStream(head)
    {
        public override int Read(Span<byte> buffer) => Fill(base.Read(buffer), buffer);

        public override int Read(byte[] buffer, int offset, int count) => Fill(base.Read(buffer, offset, count), buffer.AsSpan(offset, count));

        private int Fill(int read, Span<byte> buffer)
        {
            if (read > 0) return read;
            repeated.CopyTo(buffer);
            return Math.Min(repeated.Length, buffer.Length);
        }
    }
}
