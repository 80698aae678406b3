namespace Peregrine.State;

/// <summary>Threads whose exit was missed (a drop) must not stay for ever.</summary>
public sealed partial class ThreadTable
{
    private readonly List<ThreadEntry> _stale = [];

    /// <summary>Evicts what was silent since <paramref name="before"/> (ns since the epoch) and is not alive any more; placeholders need not be asked about.</summary>
    /// <returns>How many threads went.</returns>
    internal int Purge(ulong before, IHost host)
    {
        foreach (var thread in _threads.Values)
        {
            if (Math.Max(thread.LastEventTime, thread.CloneTime) >= before) continue;
            if (!thread.IsKnown || !host.IsAlive(thread.Tid)) _stale.Add(thread);
        }
        foreach (var thread in _stale)
            if (ReferenceEquals(Find(thread.Tid), thread)) Evict(thread);
        var gone = _stale.Count;
        _stale.Clear();
        return gone;
    }
}
