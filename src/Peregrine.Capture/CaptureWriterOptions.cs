namespace Peregrine.Capture;

/// <summary>How captures are written.</summary>
public sealed record CaptureWriterOptions
{
    public CaptureCompression Compression { get; init; }

    /// <summary>Packs zstd; given by who has a library for it. Throws <see cref="NotSupportedException"/> when it has none. The stream it returns owns the one it gets.</summary>
    public Func<Stream, Stream>? CreateZstd { get; init; }

    /// <summary>Whether another thread packs and writes, so that neither a slow disk nor the packing holds up who writes events.</summary>
    public WriteBehind Behind { get; init; }

    /// <summary>Most bytes that wait for the other thread.</summary>
    public long MaxBehind { get; init; } = 32 << 20;
}

/// <summary>Where packing and writing happen, and what follows when they cannot keep up.</summary>
public enum WriteBehind : byte
{
    /// <summary>At once, on the caller's thread.</summary>
    No,
    /// <summary>On a thread of its own; the caller waits while too much is waiting to be written.</summary>
    Wait,
    /// <summary>On a thread of its own; when too much is waiting, writing fails with <see cref="IOException"/>, and the capture ends there.</summary>
    Fail,
}
