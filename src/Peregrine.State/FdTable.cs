using System.Diagnostics.CodeAnalysis;

namespace Peregrine.State;

/// <summary>The descriptors of one process, by number: an array for the low numbers that nearly all have, a dictionary for the rest.</summary>
public sealed class FdTable
{
    private const int DirectLimit = 1024;
    private FdEntry?[] _direct = new FdEntry?[8];
    private Dictionary<long, FdEntry>? _rest;

    /// <summary>How many descriptors are open.</summary>
    public int Count { get; private set; }

    public FdEntry? Find(long fd)
    {
        var direct = _direct;
        if ((ulong)fd < (ulong)direct.Length) return direct[fd];
        return _rest is { } rest && rest.TryGetValue(fd, out var entry) ? entry : null;
    }

    public void Set(long fd, FdEntry entry)
    {
        if ((ulong)fd < DirectLimit)
        {
            if (fd >= _direct.Length) Array.Resize(ref _direct, (int)Math.Min(DirectLimit, System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)fd + 1)));
            if (_direct[fd] is null) Count++;
            _direct[fd] = entry;
        }
        else if (fd >= 0)
        {
            _rest ??= [];
            if (!_rest.ContainsKey(fd)) Count++;
            _rest[fd] = entry;
        }
    }

    public bool Remove(long fd, [NotNullWhen(true)] out FdEntry? removed)
    {
        removed = null;
        if ((ulong)fd < (ulong)_direct.Length)
        {
            removed = _direct[fd];
            _direct[fd] = null;
        }
        else
        {
            _rest?.Remove(fd, out removed);
        }
        if (removed is null) return false;
        Count--;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_direct);
        _rest?.Clear();
        Count = 0;
    }

    /// <summary>The open descriptors, low numbers first.</summary>
    public IEnumerable<(long Fd, FdEntry Entry)> Entries()
    {
        for (var i = 0; i < _direct.Length; i++)
            if (_direct[i] is { } entry) yield return (i, entry);
        if (_rest is null) yield break;
        foreach (var pair in _rest) yield return (pair.Key, pair.Value);
    }
}
