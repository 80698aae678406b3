using System.Buffers.Binary;
using Peregrine.Capture;
using Peregrine.Kernel.Compression;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Captures packed with zstd, read through the machine's library.</summary>
public sealed class ZstdReadStreamTests
{
    private static readonly CaptureReaderOptions Options = new() { OpenZstd = packed => new ZstdReadStream(packed) };

    [Fact]
    public void APackedCaptureIsReadLikeAPlainOne()
    {
        using var reader = CaptureReader.Open(new MemoryStream(Frames(Capture.CaptureSamples.Small())), Options);
        var count = 0;
        while (reader.TryRead(out _)) count++;
        Assert.Equal(6, count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public void WhatIsPackedUnpacksToTheSame(int length)
    {
        var data = new byte[length];
        new Random(7).NextBytes(data);
        // Half of it compresses.
        data.AsSpan(length / 2).Clear();
        var packed = new MemoryStream();
        using (var stream = new ZstdWriteStream(packed))
        {
            for (var at = 0; at < length;)
            {
                var now = Math.Min(100_000, length - at);
                stream.Write(data.AsSpan(at, now));
                at += now;
                if (at % 300_000 == 0) stream.Flush();
            }
        }
        Assert.InRange(packed.ToArray().Length, 1, length / 2 + 20_000);
        Assert.Equal(data, Unpack(packed.ToArray()));
    }

    [Fact]
    public void WithoutTheLibraryACaptureIsRefusedWithOneLine()
    {
        var options = new CaptureReaderOptions { OpenZstd = _ => throw new NotSupportedException("it needs the library libzstd.so.1 (package libzstd1)") };
        var error = Assert.Throws<CaptureException>(() => CaptureReader.Open(new MemoryStream(Frames(Capture.CaptureSamples.Small())), options));
        Assert.Equal("the capture is packed with zstd: it needs the library libzstd.so.1 (package libzstd1)", error.Problem);
    }

    [Fact]
    public void FramesThatFollowEachOtherAreOne()
    {
        var data = Capture.CaptureSamples.Small();
        byte[] packed = [.. Frames(data[..5000]), .. Frames(data[5000..])];
        Assert.Equal(data, Unpack(packed));
    }

    [Fact]
    public void DataThatEndsInsideAFrameIsAnErrorAfterWhatCameBefore()
    {
        var packed = Frames(new byte[100_000]);
        using var stream = new ZstdReadStream(new MemoryStream(packed[..(packed.Length - 10)]));
        var buffer = new byte[1000];
        var total = 0;
        Assert.Throws<InvalidDataException>(() =>
        {
            for (int read; (read = stream.Read(buffer)) > 0;) total += read;
        });
        Assert.InRange(total, 60_000, 99_999);
    }

    [Fact]
    public void GarbageIsAnErrorOfTheCapture()
    {
        byte[] garbage = [0x28, 0xb5, 0x2f, 0xfd, .. Enumerable.Repeat((byte)0xff, 100)];
        var error = Assert.Throws<CaptureException>(() => CaptureReader.Open(new MemoryStream(garbage), Options));
        Assert.StartsWith("error reading file: zstd: ", error.Problem, StringComparison.Ordinal);
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var stream = new ZstdReadStream(new MemoryStream(packed));
        var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    /// <summary>A frame whose blocks are stored as they are, which needs no compressor.</summary>
    private static byte[] Frames(byte[] data)
    {
        const int BlockSize = 60_000;
        var frame = new MemoryStream();
        // Magic; no content size, no checksum; a window of 2 MiB.
        frame.Write([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
        Span<byte> header = stackalloc byte[4];
        for (var at = 0; at < data.Length; at += BlockSize)
        {
            var size = Math.Min(BlockSize, data.Length - at);
            var last = at + size == data.Length ? 1 : 0;
            BinaryPrimitives.WriteInt32LittleEndian(header, (size << 3) | last);
            frame.Write(header[..3]);
            frame.Write(data, at, size);
        }
        return frame.ToArray();
    }
}
