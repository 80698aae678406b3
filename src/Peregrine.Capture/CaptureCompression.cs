namespace Peregrine.Capture;

/// <summary>How a capture is packed on disk.</summary>
public enum CaptureCompression : byte
{
    None,
    Gzip,
    /// <summary>Smaller and faster than gzip; other programs of the field do not read it.</summary>
    Zstd,
}
