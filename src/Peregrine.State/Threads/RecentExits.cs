namespace Peregrine.State;

/// <summary>
/// Remembers the last threads that went. Events of a thread can come after its exit: the parent's side of the clone that made it, which may return late; and, from a processor that was held up longer
/// than events wait for each other, its own earlier ones. They must not bring it back as a thread that never ends.
/// </summary>
internal sealed class RecentExits
{
    private const int Capacity = 4096;

    private readonly (long Tid, ulong Time)[] _slots = new (long, ulong)[Capacity];
    private readonly Dictionary<long, Ended> _known = new(Capacity);
    private uint _next;

    /// <summary>Records an exit.</summary>
    /// <param name="tid">The thread.</param>
    /// <param name="time">When, ns since the epoch.</param>
    /// <param name="awaitsParent">Whether the parent's side of the clone was not seen.</param>
    public void Add(long tid, ulong time, bool awaitsParent)
    {
        // What comes late and goes at once has not ended later than was known.
        if (_known.TryGetValue(tid, out var before) && before.Time >= time) return;
        ref var slot = ref _slots[_next++ % Capacity];
        if (slot.Tid != 0 && _known.TryGetValue(slot.Tid, out var oldest) && oldest.Time == slot.Time) _known.Remove(slot.Tid);
        slot = (tid, time);
        _known[tid] = new Ended(time, awaitsParent);
    }

    /// <summary>Whether the thread has exited later than an event of it that comes now.</summary>
    public bool IsAfter(long tid, ulong time) => _known.TryGetValue(tid, out var ended) && ended.Time > time;

    /// <summary>True once for each recorded thread whose parent's side of the clone was not seen.</summary>
    public bool TakeAwaited(long tid)
    {
        if (!_known.TryGetValue(tid, out var ended) || !ended.AwaitsParent) return false;
        _known[tid] = ended with { AwaitsParent = false };
        return true;
    }

    /// <summary>The id belongs to another thread now.</summary>
    public void Forget(long tid) => _known.Remove(tid);

    private readonly record struct Ended(ulong Time, bool AwaitsParent);
}
