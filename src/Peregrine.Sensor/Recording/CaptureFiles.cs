using Peregrine.Capture;
using Peregrine.Kernel.Compression;
using Peregrine.Kernel.Files;

namespace Peregrine.Sensor.Recording;

/// <summary>How the program opens and creates capture files: packed as they are, or as their name says.</summary>
internal static class CaptureFiles
{
    /// <summary>The name of standard input.</summary>
    public const string Standard = "-";

    /// <summary>Opens a capture: a file, a FIFO, or standard input under the name <c>-</c>.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="stop">Ends waiting for a pipe, whose capture reads as cut there.</param>
    /// <param name="keepUnknown">Whether events of newer schemas are delivered, for copies.</param>
    /// <exception cref="SensorException">It is not there, may not be read, or is no capture.</exception>
    public static CaptureReader Open(string path, CancellationToken stop, bool keepUnknown = false)
    {
        var options = new CaptureReaderOptions { OpenZstd = static packed => new ZstdReadStream(packed), KeepUnknown = keepUnknown };
        try
        {
            if (path == Standard) return CaptureReader.Open(PipeInputStream.OfStandardInput(stop), options);
            return PipeInputStream.IsPipe(path) ? CaptureReader.Open(PipeInputStream.Open(path, stop), options) : CaptureReader.Open(path, options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SensorException($"cannot open the capture {path}: no such file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SensorException($"cannot open the capture {path}: {(Directory.Exists(path) ? "it is a folder" : "permission denied")}", e);
        }
        catch (CaptureException) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
        catch (Exception e) when (e is CaptureException or IOException)
        {
            throw new SensorException($"cannot read the capture {path}: {e.Message}", e);
        }
    }

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
