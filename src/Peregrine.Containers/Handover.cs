using System.Diagnostics.CodeAnalysis;

namespace Peregrine.Containers;

/// <summary>A bounded queue from one thread to one other. Neither ever waits or locks: a full queue refuses, an empty one has nothing.</summary>
/// <remarks>The writer owns <c>_end</c>, the reader <c>_start</c>; each publishes its own after it is done with the slot.</remarks>
internal sealed class Handover<T>
{
    private readonly T?[] _slots;
    private readonly int _mask;
    private long _start;
    private long _end;

    /// <param name="capacity">Rounded up to a power of two.</param>
    public Handover(int capacity)
    {
        _slots = new T[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _slots.Length - 1;
    }

    public bool IsEmpty => Volatile.Read(ref _end) == Volatile.Read(ref _start);

    public int Count => (int)(Volatile.Read(ref _end) - Volatile.Read(ref _start));

    /// <summary>For the writer. False when the queue is full.</summary>
    public bool TryPut(T item)
    {
        var end = _end;
        if (end - Volatile.Read(ref _start) == _slots.Length) return false;
        _slots[end & _mask] = item;
        Volatile.Write(ref _end, end + 1);
        return true;
    }

    /// <summary>For the reader. False when the queue is empty.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        var start = _start;
        if (Volatile.Read(ref _end) == start)
        {
            item = default;
            return false;
        }
        ref var slot = ref _slots[start & _mask];
        item = slot!;
        slot = default;
        Volatile.Write(ref _start, start + 1);
        return true;
    }
}
