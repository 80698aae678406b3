using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Peregrine.State;

/// <summary>
/// The descriptors of one process, by number: an array for the low numbers that nearly all have, and a table for those far above it (shells keep one at 255). So a fork copies what is open, not the room between.
/// </summary>
public sealed class FdTable
{
    /// <summary>The array never has more places, however many descriptors there are.</summary>
    private const int MostLow = 65_536;

    /// <summary>The array has so many places at first; beyond them it grows as long as a third of it is used.</summary>
    private const int FewestLow = 16;

    private const int FewestHigh = 4;

    /// <summary>A table with more room than this is not used for another process.</summary>
    private const int MostKept = 256;

    private FdEntry?[] _low = [];
    private IdTable<FdEntry>? _high;

    /// <summary>What processes have that are no more. It stays empty.</summary>
    internal static FdTable Ended { get; } = new() { Limit = 0 };

    /// <summary>How many descriptors are open.</summary>
    public int Count { get; private set; }

    /// <summary>Most descriptors kept; further ones are not recorded.</summary>
    public int Limit { get; internal set; } = 65_536;

    /// <summary>Where entries go that nobody holds any more; null leaves them to the collector.</summary>
    internal FdPool? Pool { get; set; }

    /// <summary>How many processes use this very table (CLONE_FILES).</summary>
    internal int Sharers { get; set; } = 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FdEntry? Find(long fd)
    {
        var low = _low;
        if ((ulong)fd < (ulong)low.Length) return low[fd];
        return FindHigh(fd);
    }

    /// <summary>Puts the entry at the number, in place of what was there. Does nothing for a negative number or when the table is full.</summary>
    public void Set(long fd, FdEntry entry)
    {
        if (fd < 0) return;
        if (Find(fd) is { } old)
        {
            if (ReferenceEquals(old, entry)) return;
            entry.References++;
            Put(fd, entry);
            Release(old);
            return;
        }
        if (Count >= Limit) return;
        entry.References++;
        Count++;
        if (Pool is { } pool) pool.Statistics.FdsAdded++;
        if (fd >= _low.Length && fd < FewestLow + 2L * Count && fd < MostLow) Widen((int)fd + 1);
        Put(fd, entry);
    }

    public bool Remove(long fd, [NotNullWhen(true)] out FdEntry? removed)
    {
        removed = Find(fd);
        if (removed is null) return false;
        if (fd < _low.Length) _low[fd] = null;
        else _high!.Remove(fd);
        Count--;
        if (Pool is { } pool) pool.Statistics.FdsRemoved++;
        Release(removed);
        return true;
    }

    public void Clear()
    {
        foreach (var slot in _low)
            if (slot is { } entry) Release(entry);
        if (_high is { } high)
            foreach (var slot in high.Slots)
                if (slot.Entry is { } entry) Release(entry);
        (_low, _high, Count) = ([], null, 0);
    }

    /// <summary>Makes it as a new one but for its room, for another process. False when it has more room than is worth keeping; then it is as it was.</summary>
    internal bool TryEmpty()
    {
        if (_low.Length > MostKept || _high is { Slots.Length: > MostKept }) return false;
        foreach (ref var slot in _low.AsSpan())
        {
            if (slot is { } entry) Release(entry);
            slot = null;
        }
        if (_high is { } high)
        {
            foreach (var slot in high.Slots)
                if (slot.Entry is { } entry) Release(entry);
            high.Clear();
        }
        (Count, Sharers) = (0, 1);
        return true;
    }

    /// <summary>The open descriptors, those with low numbers first, in order; the rest in no order.</summary>
    public IEnumerable<(long Fd, FdEntry Entry)> Entries()
    {
        for (var i = 0; i < _low.Length; i++)
            if (_low[i] is { } entry) yield return (i, entry);
        if (_high is not { } high) yield break;
        for (var i = 0; i < high.Slots.Length; i++)
            if (high.Slots[i] is { Entry: { } entry } slot) yield return (slot.Id, entry);
    }

    /// <summary>Another table with the same open files, as a fork makes it.</summary>
    internal FdTable Fork()
    {
        var copy = Pool?.RentTable() ?? new FdTable();
        (copy.Limit, copy.Count) = (Limit, Count);
        if (_low.Length > copy._low.Length) copy._low = new FdEntry?[_low.Length];
        for (var i = 0; i < _low.Length; i++)
        {
            if (_low[i] is not { } entry) continue;
            entry.References++;
            copy._low[i] = entry;
        }
        if (_high is not { Count: > 0 } high) return copy;
        if (copy._low.Length > _low.Length)
        {
            // It may have places for those that stand far up here.
            foreach (var slot in high.Slots)
            {
                if (slot.Entry is not { } entry) continue;
                entry.References++;
                copy.Put(slot.Id, entry);
            }
            return copy;
        }
        if (copy._high is { } room) room.CopyFrom(high);
        else copy._high = high.Copy();
        foreach (var slot in high.Slots)
            if (slot.Entry is { } entry) entry.References++;
        return copy;
    }

    /// <summary>Closes what is marked to close when a program is executed.</summary>
    internal void CloseOnExec() => RemoveWhere(0, long.MaxValue, static e => e.IsCloseOnExec);

    internal void RemoveRange(long first, long last) => RemoveWhere(first, last, static _ => true);

    /// <summary>Sets or clears the close-on-exec flag of one descriptor, which gets an entry of its own if it shared one.</summary>
    internal void SetCloseOnExec(long fd, bool on)
    {
        if (Find(fd) is not { } entry || entry.IsCloseOnExec == on) return;
        if (entry.References > 1)
        {
            var own = Pool?.Copy(entry);
            if (own is null) (own = new FdEntry()).CopyFrom(entry);
            Set(fd, own);
            entry = own;
        }
        entry.Flags = on ? entry.Flags | FdFlags.CloseOnExec : entry.Flags & ~FdFlags.CloseOnExec;
    }

    internal void SetCloseOnExec(long first, long last)
    {
        for (var fd = first; fd <= last && fd < _low.Length; fd++) SetCloseOnExec(fd, true);
        if (_high is not { } high) return;
        // The numbers keep their places: each gets at most another entry.
        for (var i = 0; i < high.Slots.Length; i++)
            if (high.Slots[i] is { Entry: not null, Id: var fd } && fd >= first && fd <= last) SetCloseOnExec(fd, true);
    }

    /// <summary>Whether one of the descriptors satisfies the test.</summary>
    internal bool Any<T>(T argument, Func<FdEntry, T, bool> test)
    {
        foreach (var entry in _low)
            if (entry is not null && test(entry, argument)) return true;
        if (_high is not { } high) return false;
        foreach (var slot in high.Slots)
            if (slot.Entry is { } entry && test(entry, argument)) return true;
        return false;
    }

    /// <summary>An IP socket with these ends, whichever of them stands first.</summary>
    internal FdEntry? FindSocket(in SocketTuple ends)
    {
        foreach (var entry in _low)
            if (entry is { IsIpSocket: true } && entry.Tuple.IsBetween(in ends)) return entry;
        if (_high is not { } high) return null;
        foreach (var slot in high.Slots)
            if (slot.Entry is { IsIpSocket: true } entry && entry.Tuple.IsBetween(in ends)) return entry;
        return null;
    }

    private void RemoveWhere(long first, long last, Func<FdEntry, bool> test)
    {
        for (var fd = first; fd <= last && fd < _low.Length; fd++)
            if (_low[fd] is { } entry && test(entry)) Remove(fd, out _);
        // Taking one out moves others, so it is done for some at a time that were found before.
        Span<long> found = stackalloc long[16];
        for (var count = found.Length; count == found.Length && _high is { Count: > 0 } high;)
        {
            count = 0;
            foreach (var slot in high.Slots)
            {
                if (slot.Entry is not { } entry || slot.Id < first || slot.Id > last || !test(entry)) continue;
                found[count++] = slot.Id;
                if (count == found.Length) break;
            }
            foreach (var fd in found[..count]) Remove(fd, out _);
        }
    }

    private FdEntry? FindHigh(long fd) => _high?.Find(fd);

    private void Put(long fd, FdEntry entry)
    {
        if (fd < _low.Length) _low[fd] = entry;
        else (_high ??= new(FewestHigh)).Set(fd, entry);
    }

    /// <summary>Gives the array so many places at least, and takes those into it that stood above.</summary>
    private void Widen(int places)
    {
        Array.Resize(ref _low, (int)Math.Max(BitOperations.RoundUpToPowerOf2((uint)places), FewestLow));
        if (_high is not { } high) return;
        _high = null;
        foreach (var slot in high.Slots)
            if (slot.Entry is { } entry) Put(slot.Id, entry);
    }

    private void Release(FdEntry entry)
    {
        if (--entry.References == 0) Pool?.Return(entry);
    }
}
