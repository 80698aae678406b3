namespace Peregrine.Kernel;

/// <summary>How the probe is loaded and its rings are read.</summary>
public sealed record KernelProbeOptions
{
    /// <summary>Bytes of each CPU's ring: a power of two, at least a page.</summary>
    public int RingBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of the ring of each CPU that is not online when the probe is loaded, which may come online later: a power of two; null for what memory allows (see <see cref="Rings.RingPlan"/>).</summary>
    public int? SpareRingBytes { get; init; }

    /// <summary>The CPUs that count as running when the probe is loaded; null to ask the kernel.</summary>
    internal IReadOnlyList<int>? Online { get; init; }

    /// <summary>Most bytes recorded of a buffer that is read or written, 0 to 65535.</summary>
    public int SnapLength { get; init; } = 80;

    /// <summary>Whether system calls that failed are left out, but for connections under way.</summary>
    public bool DropFailed { get; init; }

    /// <summary>Whose events are left out: by default this process's, which would else feed on itself. 0 leaves out nobody's.</summary>
    public int OwnThreadGroup { get; init; } = Environment.ProcessId;

    /// <summary>
    /// How long a record may be held for one that is being written on another CPU. Rings that are empty and at rest hold nothing up.
    /// </summary>
    public TimeSpan MergeWindow { get; init; } = TimeSpan.FromMicroseconds(500);

    /// <summary>How long <see cref="KernelProbe.Wait"/> lets records gather while many events come.</summary>
    public TimeSpan DrainInterval { get; init; } = TimeSpan.FromMicroseconds(500);

    /// <summary>The same while few come: so long may an event go unread. A ring that fills meanwhile ends the wait. In whole milliseconds.</summary>
    public TimeSpan SparseDrainInterval { get; init; } = TimeSpan.FromMilliseconds(4);
}
