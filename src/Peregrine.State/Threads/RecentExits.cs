namespace Peregrine.State;

/// <summary>
/// Remembers the last threads that went, because the parent's side of a clone can come after the child has already exited:
/// that event must not bring it back as a thread that never ends.
/// </summary>
internal sealed class RecentExits
{
    private const int Capacity = 4096;

    private readonly long[] _tids = new long[Capacity];
    private readonly HashSet<long> _known = new(Capacity);
    private uint _next;

    /// <summary>Records a thread whose parent's side of the clone was not seen.</summary>
    public void Add(long tid)
    {
        if (!_known.Add(tid)) return;
        ref var slot = ref _tids[_next++ % Capacity];
        if (slot != 0) _known.Remove(slot);
        slot = tid;
    }

    /// <summary>True once for each recorded thread.</summary>
    public bool Take(long tid) => _known.Remove(tid);
}
