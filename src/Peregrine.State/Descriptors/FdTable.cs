using System.Diagnostics.CodeAnalysis;

namespace Peregrine.State;

/// <summary>The descriptors of one process, by number: an array for the low numbers that nearly all have, a dictionary for the rest.</summary>
public sealed class FdTable
{
    private const int DirectLimit = 1024;
    private FdEntry?[] _direct = [];
    private Dictionary<long, FdEntry>? _rest;

    /// <summary>How many descriptors are open.</summary>
    public int Count { get; private set; }

    /// <summary>Most descriptors kept; further ones are not recorded.</summary>
    public int Limit { get; internal set; } = 65_536;

    /// <summary>Where entries go that nobody holds any more; null leaves them to the collector.</summary>
    internal FdPool? Pool { get; set; }

    /// <summary>How many processes use this very table (CLONE_FILES).</summary>
    internal int Sharers { get; set; } = 1;

    public FdEntry? Find(long fd)
    {
        var direct = _direct;
        if ((ulong)fd < (ulong)direct.Length) return direct[fd];
        return _rest is { } rest && rest.TryGetValue(fd, out var entry) ? entry : null;
    }

    /// <summary>Puts the entry at the number, in place of what was there. Does nothing for a negative number or when the table is full.</summary>
    public void Set(long fd, FdEntry entry)
    {
        if (fd < 0) return;
        if (Find(fd) is { } old)
        {
            if (ReferenceEquals(old, entry)) return;
            entry.References++;
            if (fd < _direct.Length) _direct[fd] = entry;
            else _rest![fd] = entry;
            Release(old);
            return;
        }
        if (Count >= Limit) return;
        entry.References++;
        Count++;
        if (Pool is { } pool) pool.Statistics.FdsAdded++;
        if (fd < DirectLimit)
        {
            if (fd >= _direct.Length) Array.Resize(ref _direct, (int)Math.Clamp(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)fd + 1), 8, DirectLimit));
            _direct[fd] = entry;
        }
        else
        {
            (_rest ??= []).Add(fd, entry);
        }
    }

    public bool Remove(long fd, [NotNullWhen(true)] out FdEntry? removed)
    {
        removed = Find(fd);
        if (removed is null) return false;
        if (fd < _direct.Length) _direct[fd] = null;
        else _rest!.Remove(fd);
        Count--;
        if (Pool is { } pool) pool.Statistics.FdsRemoved++;
        Release(removed);
        return true;
    }

    public void Clear()
    {
        foreach (var slot in _direct)
            if (slot is { } entry) Release(entry);
        if (_rest is { } rest)
            foreach (var entry in rest.Values) Release(entry);
        (_direct, _rest, Count) = ([], null, 0);
    }

    /// <summary>The open descriptors, low numbers first.</summary>
    public IEnumerable<(long Fd, FdEntry Entry)> Entries()
    {
        for (var i = 0; i < _direct.Length; i++)
            if (_direct[i] is { } entry) yield return (i, entry);
        if (_rest is null) yield break;
        foreach (var pair in _rest) yield return (pair.Key, pair.Value);
    }

    /// <summary>Another table with the same open files, as a fork makes it.</summary>
    internal FdTable Fork()
    {
        var copy = new FdTable { Limit = Limit, Pool = Pool, Count = Count, _direct = _direct.Length == 0 ? [] : _direct.AsSpan().ToArray() };
        foreach (var entry in copy._direct)
            if (entry is not null) entry.References++;
        if (_rest is not { Count: > 0 } rest) return copy;
        copy._rest = new(rest);
        foreach (var entry in rest.Values) entry.References++;
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
        for (var fd = first; fd <= last && fd < _direct.Length; fd++) SetCloseOnExec(fd, true);
        if (_rest is null) return;
        foreach (var fd in _rest.Keys.ToArray())
            if (fd >= first && fd <= last) SetCloseOnExec(fd, true);
    }

    /// <summary>Whether one of the descriptors satisfies the test.</summary>
    internal bool Any<T>(T argument, Func<FdEntry, T, bool> test)
    {
        foreach (var entry in _direct)
            if (entry is not null && test(entry, argument)) return true;
        if (_rest is null) return false;
        foreach (var entry in _rest.Values)
            if (test(entry, argument)) return true;
        return false;
    }

    /// <summary>An IP socket with these ends, whichever of them stands first.</summary>
    internal FdEntry? FindSocket(in SocketTuple ends)
    {
        foreach (var entry in _direct)
            if (entry is { IsIpSocket: true } && entry.Tuple.IsBetween(in ends)) return entry;
        if (_rest is null) return null;
        foreach (var entry in _rest.Values)
            if (entry.IsIpSocket && entry.Tuple.IsBetween(in ends)) return entry;
        return null;
    }

    private void RemoveWhere(long first, long last, Func<FdEntry, bool> test)
    {
        for (var fd = first; fd <= last && fd < _direct.Length; fd++)
            if (_direct[fd] is { } entry && test(entry)) Remove(fd, out _);
        if (_rest is not { Count: > 0 }) return;
        foreach (var (fd, entry) in _rest)
            if (fd >= first && fd <= last && test(entry)) Remove(fd, out _);
    }

    private void Release(FdEntry entry)
    {
        if (--entry.References == 0) Pool?.Return(entry);
    }
}
