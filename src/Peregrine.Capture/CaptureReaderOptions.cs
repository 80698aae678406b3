namespace Peregrine.Capture;

/// <summary>How captures are read.</summary>
public sealed record CaptureReaderOptions
{
    /// <summary>Unpacks zstd; given by who has a library for it. Null, or when it throws
    /// <see cref="NotSupportedException"/>: such captures are refused with a clear error. The stream it returns owns the one it gets.</summary>
    public Func<Stream, Stream>? OpenZstd { get; init; }

    /// <summary>Whether old events are brought to the current schema. Off, records come as they are stored (for looking inside files).</summary>
    public bool Convert { get; init; } = true;

    /// <summary>
    /// Whether events of types that this version does not know are delivered too, as they are stored and never surfaced, so that a copy keeps them.
    /// Only their record's bytes, CPU and flags may be looked at. Off, they are passed over.
    /// </summary>
    public bool KeepUnknown { get; init; }
}
