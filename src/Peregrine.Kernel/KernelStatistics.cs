namespace Peregrine.Kernel;

/// <summary>Why the probe could not hand over a record.</summary>
public enum DropReason
{
    /// <summary>The CPU's ring was full: the reader is too slow, or the ring too small.</summary>
    RingFull,

    /// <summary>The record outgrew the scratch space.</summary>
    TooLarge,

    /// <summary>The event came while another record was being built on the same CPU.</summary>
    Busy,

    /// <summary>The CPU came up after the probe was loaded, and has no ring.</summary>
    NoRing,

    /// <summary>The probe contradicted itself; always worth a report.</summary>
    Bug,
}

/// <summary>
/// Counts of one CPU since loading. Once a CPU is at rest and its ring drained: <c>Generated = Read + the sum of drops</c>.
/// </summary>
/// <param name="Cpu">The CPU's number.</param>
/// <param name="Generated">Records begun.</param>
/// <param name="Written">Records that went into the ring.</param>
/// <param name="Read">Records handed to the sink.</param>
/// <param name="Wakeups">Times the reader was woken.</param>
/// <param name="Dropped">Records lost, by <see cref="DropReason"/>.</param>
public sealed record CpuStatistics(int Cpu, ulong Generated, ulong Written, ulong Read, ulong Wakeups, IReadOnlyList<ulong> Dropped);

/// <summary>A snapshot of the probe's counts.</summary>
public sealed class KernelStatistics
{
    internal KernelStatistics(CpuStatistics[] cpus) => Cpus = cpus;

    public IReadOnlyList<CpuStatistics> Cpus { get; }

    public ulong Generated => Sum(static cpu => cpu.Generated);

    public ulong Written => Sum(static cpu => cpu.Written);

    public ulong Read => Sum(static cpu => cpu.Read);

    public ulong Dropped => Sum(static cpu =>
    {
        ulong sum = 0;
        foreach (var count in cpu.Dropped) sum += count;
        return sum;
    });

    /// <summary>The drops for one reason, all CPUs together.</summary>
    public ulong DroppedBy(DropReason reason) => Sum(cpu => cpu.Dropped[(int)reason]);

    private ulong Sum(Func<CpuStatistics, ulong> count)
    {
        ulong sum = 0;
        foreach (var cpu in Cpus) sum += count(cpu);
        return sum;
    }
}
