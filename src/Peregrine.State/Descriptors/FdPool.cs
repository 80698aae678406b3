namespace Peregrine.State;

/// <summary>Entries of closed descriptors, kept for the next open so that a loop of open and close allocates nothing.</summary>
internal sealed class FdPool
{
    /// <summary>Enough for the churn of a busy machine; what a dying process with more gives back is left to the collector.</summary>
    private const int Capacity = 4096;

    /// <summary>Counts what the tables that use the pool take in and let go.</summary>
    public required StateStatistics Statistics { get; init; }

    private readonly FdEntry[] _free = new FdEntry[Capacity];
    private int _count;

    /// <summary>A blank entry. Its version goes on from its former life, so that nothing remembered of that can be mistaken.</summary>
    public FdEntry Rent() => Rent([]);

    /// <summary>Likewise, with a name.</summary>
    public FdEntry Rent(byte[] name)
    {
        if (_count == 0) return new FdEntry { Name = name };
        var entry = _free[--_count];
        entry.Blank(name);
        return entry;
    }

    public FdEntry Copy(FdEntry other)
    {
        var entry = _count == 0 ? new FdEntry() : _free[--_count];
        entry.CopyFrom(other);
        return entry;
    }

    public void Return(FdEntry entry)
    {
        if (_count < Capacity) _free[_count++] = entry;
    }
}
