namespace Peregrine.Capture;

/// <summary>How a capture is packed on disk.</summary>
public enum CaptureCompression : byte
{
    None,
    Gzip,
}
