namespace Peregrine.State;

/// <summary>Ids of parents that processes name and the table does not have: when one of them arrives, the ancestors of these processes are other than they were.</summary>
internal sealed class MissingParents
{
    /// <summary>More are not kept; then every newcomer counts as missed, which costs time but is right.</summary>
    private const int Limit = 4096;

    private readonly HashSet<long> _tids = [];
    private bool _isFull;

    public void Add(long tid)
    {
        if (_tids.Count < Limit) _tids.Add(tid);
        else _isFull = true;
    }

    /// <summary>Whether the newcomer was missed.</summary>
    public bool Take(long tid) => _isFull || (_tids.Count > 0 && _tids.Remove(tid));
}
