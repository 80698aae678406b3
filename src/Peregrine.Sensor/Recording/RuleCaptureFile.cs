using Peregrine.Capture;

namespace Peregrine.Sensor.Recording;

/// <summary>A capture that is being written.</summary>
/// <param name="path">Its file.</param>
/// <param name="writer">Owned by who ends the capture.</param>
/// <param name="compression">How it is packed.</param>
internal sealed class RuleCaptureFile(string path, CaptureWriter writer, CaptureCompression compression)
{
    public string Path => path;

    public CaptureWriter Writer => writer;

    /// <summary>Bytes of the file; of a packed one those that have reached the disk, which lags by what waits to be packed.</summary>
    public long Size => compression == CaptureCompression.None ? writer.Bytes : writer.StoredBytes;
}
