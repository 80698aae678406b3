namespace Peregrine.State;

/// <summary>Ids of parents that processes name and the table does not have: when one of them arrives, the ancestors of these processes are other than they were, and they are linked to it.</summary>
internal sealed class MissingParents
{
    /// <summary>More are not kept; then every newcomer counts as missed, which costs time but is right.</summary>
    private const int Limit = 4096;

    private readonly Dictionary<long, List<ThreadGroup>> _orphans = [];
    private int _count;
    private bool _isFull;

    public void Add(long tid, ThreadGroup orphan)
    {
        if (_count >= Limit)
        {
            _isFull = true;
            return;
        }
        if (!_orphans.TryGetValue(tid, out var waiting)) _orphans.Add(tid, waiting = new(1));
        if (waiting.Contains(orphan)) return;
        waiting.Add(orphan);
        _count++;
    }

    /// <summary>Whether the newcomer was missed.</summary>
    /// <param name="tid">Its id.</param>
    /// <param name="orphans">The processes that missed it, as far as they are known; some may have ended or found another parent.</param>
    public bool Take(long tid, out IReadOnlyList<ThreadGroup> orphans)
    {
        orphans = [];
        if (_count == 0 || !_orphans.Remove(tid, out var waiting)) return _isFull;
        _count -= waiting.Count;
        orphans = waiting;
        return true;
    }
}
