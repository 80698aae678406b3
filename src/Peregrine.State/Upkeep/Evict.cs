namespace Peregrine.State;

/// <summary>Makes room in the tables, the least useful first.</summary>
internal static class Evict
{
    /// <summary>What rules look at stands at the beginning of a command line.</summary>
    private const int KeptArguments = 4096;

    /// <summary>Gives up about as many bytes of threads: environments and long arguments, the largest first; then whole processes, those silent for longest first.</summary>
    public static void Threads(StateEngine state, StateMeasure measure, long bytes)
    {
        var shares = measure.Shares;
        shares.Sort(static (a, b) => (b.Texts / KeptArguments, a.Last).CompareTo((a.Texts / KeptArguments, b.Last)));
        foreach (var share in shares)
        {
            if (bytes <= 0 || share.Texts == 0) break;
            state.Journal?.TextsCut(share.Group.Pid);
            var cut = CutTexts(share.Group);
            if (cut > 0) state.Budget.TextsCut++;
            bytes -= cut;
        }
        if (bytes <= 0) return;
        // A process with children goes last: they would seem to be others'.
        shares.Sort(static (a, b) => (a.Group.FirstChild is not null, a.Last).CompareTo((b.Group.FirstChild is not null, b.Last)));
        foreach (var share in shares)
        {
            if (bytes <= 0) break;
            if (share.Group.Pid == 1) continue;
            bytes -= share.Bytes - share.Texts;
            for (var thread = share.Group.FirstThread; thread is not null; thread = share.Group.FirstThread)
            {
                state.Journal?.ThreadForgotten(thread.Tid);
                state.Threads.Evict(thread);
                state.Budget.ThreadsEvicted++;
            }
        }
    }

    /// <summary>Gives up about as many bytes of descriptors: all of those processes that were silent for longest.</summary>
    public static void Descriptors(StateEngine state, StateMeasure measure, long bytes)
    {
        var shares = measure.Shares;
        shares.Sort(static (a, b) => a.Last.CompareTo(b.Last));
        foreach (var share in shares)
        {
            if (bytes <= 0) break;
            if (share.Fds == 0) continue;
            bytes -= share.Fds;
            state.Budget.FdsEvicted += (ulong)share.Group.Fds.Count;
            state.Journal?.DescriptorsForgotten(share.Group.Pid);
            Descriptors(share.Group);
        }
    }

    /// <summary>Gives up all descriptors of a process.</summary>
    public static void Descriptors(ThreadGroup group)
    {
        group.Fds.Clear();
        for (var thread = group.FirstThread; thread is not null; thread = thread.NextInGroup) thread.OwnFds?.Clear();
    }

    /// <summary>Gives up the environment of a process and what its arguments have beyond a length. Returns how many bytes that was.</summary>
    public static long CutTexts(ThreadGroup group)
    {
        var cut = group.Env.LongLength;
        if (cut > 0) group.Env = [];
        for (var thread = group.FirstThread; thread is not null; thread = thread.NextInGroup)
        {
            if (thread.Args.Length > KeptArguments)
            {
                cut += thread.Args.Length - KeptArguments;
                thread.Args = thread.Args[..KeptArguments];
            }
            if (cut > 0) thread.Version++;
        }
        return cut;
    }
}
