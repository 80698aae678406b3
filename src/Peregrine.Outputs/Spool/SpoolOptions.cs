namespace Peregrine.Outputs;

/// <summary>Where alerts wait on disk, and how many.</summary>
public sealed record SpoolOptions
{
    /// <summary>The spool's own folder; made when it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Most bytes of all files together; alerts beyond are lost and counted.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>A file of this size is followed by another. A file is removed when all of it has been delivered.</summary>
    public long SegmentBytes => Math.Clamp(MaxBytes / 16, 64 << 10, 16 << 20);
}
