namespace Peregrine.Kernel;

/// <summary>
/// Counts of one CPU since loading. Once a CPU is at rest and its ring drained, <c>generated = read + dropped</c>, in all and for each class of events.
/// </summary>
/// <param name="Cpu">The CPU's number.</param>
/// <param name="Written">Records that went into the ring.</param>
/// <param name="Read">Records handed to the sink.</param>
/// <param name="Wakeups">Times the reader was woken.</param>
/// <param name="Counts">Records begun, and lost.</param>
public sealed record CpuStatistics(int Cpu, ulong Written, ulong Read, ulong Wakeups, LossCounts Counts)
{
    public ulong Generated => Counts.Generated;

    public ulong Dropped => Counts.Dropped;
}

/// <summary>A snapshot of the probe's counts. Immutable, so any thread may keep and compare it.</summary>
public sealed class KernelStatistics
{
    internal KernelStatistics(CpuStatistics[] cpus)
    {
        Cpus = cpus;
        Total = cpus.Aggregate(LossCounts.None, static (sum, cpu) => sum.Plus(cpu.Counts));
    }

    /// <summary>Nothing was counted.</summary>
    public static KernelStatistics None { get; } = new([]);

    public IReadOnlyList<CpuStatistics> Cpus { get; }

    /// <summary>Of all CPUs together.</summary>
    public LossCounts Total { get; }

    public ulong Generated => Total.Generated;

    public ulong Written => Sum(static cpu => cpu.Written);

    public ulong Read => Sum(static cpu => cpu.Read);

    public ulong Wakeups => Sum(static cpu => cpu.Wakeups);

    public ulong Dropped => Total.Dropped;

    /// <summary>The drops for one reason, all CPUs together.</summary>
    public ulong DroppedBy(DropReason reason) => Total.DroppedBy(reason);

    /// <summary>The drops of one class of events, all CPUs together.</summary>
    public ulong DroppedOf(EventClass of) => Total.DroppedOf(of);

    /// <summary>What a source counts that generates events and loses none, such as a capture.</summary>
    public static KernelStatistics Lossless(ulong events)
    {
        var generated = new ulong[EventClasses.Count];
        generated[(int)EventClass.Other] = events;
        return new([new CpuStatistics(0, events, events, 0, new LossCounts(generated, new ulong[LossCounts.Reasons * EventClasses.Count]))]);
    }

    /// <summary>What has been counted since an earlier snapshot of the same probe.</summary>
    public KernelStatistics Since(KernelStatistics earlier)
    {
        var cpus = new CpuStatistics[Cpus.Count];
        for (var i = 0; i < cpus.Length; i++)
        {
            var now = Cpus[i];
            // A CPU that came online meanwhile was not there.
            var then = earlier.Cpus.FirstOrDefault(cpu => cpu.Cpu == now.Cpu) ?? new CpuStatistics(now.Cpu, 0, 0, 0, LossCounts.None);
            cpus[i] = new CpuStatistics(now.Cpu, now.Written - then.Written, now.Read - then.Read, now.Wakeups - then.Wakeups, now.Counts.Minus(then.Counts));
        }
        return new KernelStatistics(cpus);
    }

    private ulong Sum(Func<CpuStatistics, ulong> count)
    {
        ulong sum = 0;
        foreach (var cpu in Cpus) sum += count(cpu);
        return sum;
    }
}
