namespace Peregrine.State;

/// <summary>What switches and reports in a capture say of a thread's time on CPUs.</summary>
public sealed class ThreadTimes
{
    /// <summary>How long it ran before its last switch away, in nanoseconds.</summary>
    public ulong LastRun;

    /// <summary>How long it ran before all switches seen, in nanoseconds.</summary>
    public ulong TotalRun;

    /// <summary>Time in user mode up to its last report, in the report's ticks.</summary>
    public ulong User;

    /// <summary>Time in the kernel up to its last report, in the report's ticks.</summary>
    public ulong System;

    /// <summary><see cref="User"/> of the report before; 0 when there was none.</summary>
    public ulong UserBefore;

    /// <summary><see cref="System"/> of the report before; 0 when there was none.</summary>
    public ulong SystemBefore;
}
