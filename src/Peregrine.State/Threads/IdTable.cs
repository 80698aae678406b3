using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Peregrine.State;

/// <summary>
/// Entries by id, in one array: an entry lies where its id's hash says or in the next free place behind it (open addressing), so that finding one takes a single look into memory nearly always.
/// Belongs to the worker; not to be changed while it is enumerated.
/// </summary>
/// <typeparam name="T">The entries.</typeparam>
internal sealed class IdTable<T> : IReadOnlyCollection<T>
    where T : class
{
    private readonly int _smallest;
    private Slot[] _slots;
    private int _shift;

    /// <param name="smallest">The room that an empty table has; a power of two.</param>
    public IdTable(int smallest = 64)
    {
        _smallest = smallest;
        (_slots, _shift) = (new Slot[smallest], 64 - BitOperations.Log2((uint)smallest));
    }

    private IdTable(IdTable<T> other) => (_smallest, _slots, _shift, Count) = (other._smallest, other._slots.AsSpan().ToArray(), other._shift, other.Count);

    public int Count { get; private set; }

    /// <summary>The places of the table; those without an entry are free. Valid until the table is changed.</summary>
    public ReadOnlySpan<Slot> Slots => _slots;

    /// <summary>Another table with the same entries.</summary>
    public IdTable<T> Copy() => new(this);

    /// <summary>Has the entries of another table in place of its own.</summary>
    public void CopyFrom(IdTable<T> other)
    {
        if (_slots.Length != other._slots.Length) _slots = new Slot[other._slots.Length];
        other._slots.CopyTo(_slots, 0);
        (_shift, Count) = (other._shift, other.Count);
    }

    /// <summary>Takes all entries out and keeps the room.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    /// <summary>The entry under the id; null when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? Find(long id)
    {
        var slots = _slots;
        for (var i = Home(id); ; i++)
        {
            ref var slot = ref slots[i & (slots.Length - 1)];
            if (slot.Entry is null || slot.Id == id) return slot.Entry;
        }
    }

    /// <summary>Puts an entry under the id, in place of one that is there.</summary>
    public void Set(long id, T entry)
    {
        var i = Home(id);
        for (; _slots[i & (_slots.Length - 1)].Entry is not null; i++)
        {
            ref var slot = ref _slots[i & (_slots.Length - 1)];
            if (slot.Id != id) continue;
            slot = new Slot(id, entry);
            return;
        }
        // At most three quarters are taken: the way to a free place stays short.
        if (Count >= _slots.Length / 4 * 3)
        {
            Resize(_slots.Length * 2);
            Set(id, entry);
            return;
        }
        _slots[i & (_slots.Length - 1)] = new Slot(id, entry);
        Count++;
    }

    /// <summary>Takes the entry under the id out. False when there is none.</summary>
    public bool Remove(long id)
    {
        var mask = _slots.Length - 1;
        var hole = Home(id) & mask;
        while (_slots[hole].Entry is not null && _slots[hole].Id != id) hole = (hole + 1) & mask;
        if (_slots[hole].Entry is null) return false;
        Count--;
        // Those behind it that would not be found over the hole move into it.
        for (var next = (hole + 1) & mask; _slots[next].Entry is not null; next = (next + 1) & mask)
        {
            var way = (next - Home(_slots[next].Id)) & mask;
            if (way < ((next - hole) & mask)) continue;
            _slots[hole] = _slots[next];
            hole = next;
        }
        _slots[hole] = default;
        if (_slots.Length > _smallest && Count < _slots.Length / 8) Resize(_slots.Length / 2);
        return true;
    }

    public IEnumerator<T> GetEnumerator()
    {
        foreach (var slot in _slots)
            if (slot.Entry is { } entry) yield return entry;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Ids come one after the other; the multiplication spreads them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(long id) => (int)(((ulong)id * 0x9E37_79B9_7F4A_7C15) >> _shift);

    private void Resize(int size)
    {
        var old = _slots;
        (_slots, _shift) = (new Slot[size], 64 - BitOperations.Log2((uint)size));
        Count = 0;
        foreach (var slot in old)
            if (slot.Entry is { } entry) Set(slot.Id, entry);
    }

    /// <summary>A place with an id and its entry; null when it is free.</summary>
    internal readonly struct Slot(long id, T entry)
    {
        public readonly long Id = id;
        public readonly T? Entry = entry;
    }
}
