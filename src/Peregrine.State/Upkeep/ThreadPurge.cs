namespace Peregrine.State;

/// <summary>Forgets threads whose end was missed: those that were silent for long and do not run any more. A few are asked about with each event, so that no event waits for all of them.</summary>
internal sealed class ThreadPurge(StateEngine state)
{
    /// <summary>Threads asked about with one event: some ten microseconds.</summary>
    private const int PerEvent = 4;

    private readonly List<ThreadEntry> _silent = [];
    private ulong _before;

    public bool IsBusy => _silent.Count > 0;

    /// <summary>Notes who was silent since <paramref name="before"/> (ns since the epoch).</summary>
    public void Begin(ulong before)
    {
        _silent.Clear();
        _before = before;
        foreach (var thread in state.Threads.All)
            if (IsSilent(thread)) _silent.Add(thread);
    }

    /// <summary>Asks about the next few. Placeholders need not be asked about.</summary>
    public void Step()
    {
        for (var i = 0; i < PerEvent && _silent.Count > 0; i++)
        {
            var thread = _silent[^1];
            _silent.RemoveAt(_silent.Count - 1);
            if (!ReferenceEquals(state.Threads.Find(thread.Tid), thread) || !IsSilent(thread)) continue;
            if (thread.IsKnown && state.Host.IsAlive(thread.Tid)) continue;
            state.Journal?.ThreadForgotten(thread.Tid);
            state.Threads.Evict(thread);
            state.Statistics.ThreadsPurged++;
        }
        if (_silent.Count == 0) _silent.TrimExcess();
    }

    private bool IsSilent(ThreadEntry thread) => Math.Max(thread.LastEventTime, thread.CloneTime) < _before;
}
