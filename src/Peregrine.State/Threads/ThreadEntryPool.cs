namespace Peregrine.State;

/// <summary>Entries of threads that have ended, kept for the next clone: a machine that starts programs all the time allocates little for it.</summary>
internal sealed class ThreadEntryPool
{
    /// <summary>Threads seldom end many at a time; those of a process that ends with more are left to the collector.</summary>
    private const int Capacity = 256;

    /// <summary>The group of entries that wait: it keeps nothing of the former one alive.</summary>
    private static readonly ThreadGroup Nobody = new();

    private readonly ThreadEntry[] _free = new ThreadEntry[Capacity];
    private int _count;

    /// <summary>A blank entry. Its version goes on from its former life, so that nothing remembered of that can be mistaken.</summary>
    public ThreadEntry Rent(ThreadGroup group)
    {
        if (_count == 0) return new ThreadEntry { Group = group };
        var entry = _free[--_count];
        entry.Group = group;
        return entry;
    }

    /// <summary>Takes an entry that nobody holds any more. One that was not made for a clone is left to the collector: who read it from the machine may have it still.</summary>
    public void Return(ThreadEntry entry)
    {
        if (_count == Capacity || entry.Origin == ThreadOrigin.Listed) return;
        entry.Blank(Nobody);
        _free[_count++] = entry;
    }
}
