using Peregrine.Capture;
using Peregrine.Kernel.Compression;

namespace Peregrine.Sensor.Recording;

/// <summary>How the program opens and creates capture files: packed as they are, or as their name says.</summary>
internal static class CaptureFiles
{
    /// <summary>zstd is unpacked through the machine's library.</summary>
    public static CaptureReaderOptions Reading { get; } = new() { OpenZstd = static packed => new ZstdReadStream(packed) };

    /// <summary>A name that ends in .gz is packed with gzip, one that ends in .zst or .zstd with zstd.</summary>
    public static CaptureCompression CompressionOf(string path) => Path.GetExtension(path) switch
    {
        ".gz" => CaptureCompression.Gzip,
        ".zst" or ".zstd" => CaptureCompression.Zstd,
        _ => CaptureCompression.None,
    };

    /// <summary>Packing and writing happen on a thread of their own.</summary>
    /// <exception cref="SensorException">The library for zstd is not installed.</exception>
    public static CaptureWriterOptions Writing(CaptureCompression compression, WriteBehind behind)
    {
        if (compression == CaptureCompression.Zstd)
        {
            try
            {
                new ZstdWriteStream(Stream.Null).Dispose();
            }
            catch (NotSupportedException e)
            {
                throw new SensorException($"captures cannot be packed with zstd: {e.Message}", e);
            }
        }
        return new CaptureWriterOptions { Compression = compression, Behind = behind, CreateZstd = static below => new ZstdWriteStream(below) };
    }
}
