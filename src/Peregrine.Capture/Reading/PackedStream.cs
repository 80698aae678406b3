using System.IO.Compression;

namespace Peregrine.Capture;

/// <summary>Finds out how a capture is packed and unpacks it on the way.</summary>
internal static class PackedStream
{
    private static ReadOnlySpan<byte> Gzip => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> Zstd => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>How much is unpacked at once. Small, because a mistake in packed data loses what one read had unpacked before it.</summary>
    private const int PackedReadSize = 16 * 1024;

    private const int PlainReadSize = 128 * 1024;

    /// <summary>Owns <paramref name="source"/> from here on.</summary>
    public static CaptureInput Open(Stream source, CaptureReaderOptions options)
    {
        var first = new byte[4];
        var count = source.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        var head = first.AsSpan(0, count);
        var all = new PrefixedStream(first.AsMemory(0, count), source);
        if (head.StartsWith(Gzip)) return new CaptureInput(new GZipStream(all, CompressionMode.Decompress), PackedReadSize);
        if (!head.StartsWith(Zstd)) return new CaptureInput(all, PlainReadSize);
        try
        {
            var open = options.OpenZstd ?? throw new NotSupportedException("no library for zstd is at hand");
            return new CaptureInput(open(all), PackedReadSize);
        }
        catch (NotSupportedException e)
        {
            throw new CaptureException($"the capture is packed with zstd: {e.Message}", 0, "section header", e);
        }
    }
}
