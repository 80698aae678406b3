namespace Peregrine.State;

/// <summary>Entries of closed descriptors, kept for the next open so that a loop of open and close allocates nothing; and the tables of processes that have ended, for the next fork.</summary>
internal sealed class FdPool
{
    /// <summary>Enough for the churn of a busy machine; what a dying process with more gives back is left to the collector.</summary>
    private const int Capacity = 4096;

    /// <summary>Counts what the tables that use the pool take in and let go.</summary>
    public required StateStatistics Statistics { get; init; }

    /// <summary>Processes seldom end many at a time.</summary>
    private const int TableCapacity = 256;

    private readonly FdEntry[] _free = new FdEntry[Capacity];
    private readonly FdTable[] _freeTables = new FdTable[TableCapacity];
    private int _count;
    private int _tables;

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

    /// <summary>An empty table, with the room that a process before had in it.</summary>
    public FdTable RentTable() => _tables == 0 ? new FdTable { Pool = this } : _freeTables[--_tables];

    /// <summary>Takes the table of a process that has ended; nobody may hold it any more.</summary>
    public void Return(FdTable table)
    {
        if (_tables < TableCapacity && ReferenceEquals(table.Pool, this) && table.TryEmpty()) _freeTables[_tables++] = table;
        else table.Clear();
    }
}
