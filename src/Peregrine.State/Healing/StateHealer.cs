namespace Peregrine.State;

/// <summary>
/// Heals the state after events were lost: every process is read again, aside from the events, and the reading is put in when the events have come to its time: all that
/// came before is in it, all that comes after is not. A process that has an event before its turn is read at once, within the budget of look-ups.
/// </summary>
/// <remarks>Belongs to the worker. The scan reads on a thread of its own; each step here is short.</remarks>
public sealed class StateHealer
{
    /// <summary>Readings of the scan that are taken in one go: what waits there keeps the scan from running ahead.</summary>
    private const int MostTaken = 64;

    /// <summary>Threads without a description, and processes that were busy while they were read, that are looked up in one step.</summary>
    private const int MostLookUps = 4;

    private const int MostRetries = 4096;

    /// <summary>Of event time, in nanoseconds: asking the scan costs more than an event.</summary>
    private const ulong TakeInterval = 50_000;

    private readonly StateEngine _state;
    private readonly IProcessScan _scan;
    private readonly ProcessHealing _healing;
    private readonly PriorityQueue<ProcessReading, ulong> _due = new();
    private readonly Queue<long> _placeholders = new();
    private readonly Queue<long> _busy = new();
    private readonly HashSet<long> _suspects = [];
    private ulong _reached;
    private ulong _nextTake;

    public StateHealer(StateEngine state, IProcessScan scan)
    {
        (_state, _scan) = (state, scan);
        _healing = new ProcessHealing(state);
        state.Healer = this;
    }

    /// <summary>Whether what is known is still under suspicion.</summary>
    public bool IsHealing { get; private set; }

    /// <summary>Whether a step has something to do.</summary>
    public bool HasWork => IsHealing || _placeholders.Count > 0;

    /// <summary>Begins to heal everything; does nothing while that is under way.</summary>
    public void Begin()
    {
        if (IsHealing) return;
        IsHealing = true;
        _state.MissingFds.Clear();
        _suspects.Clear();
        var list = _scan.Begin();
        _suspects.UnionWith(list.Pids);
        foreach (var group in _state.Threads.Groups)
            if (!_suspects.Contains(group.Pid)) _due.Enqueue(ProcessReading.Gone(group.Pid, list.Time), list.Time);
        foreach (var thread in _state.Threads.All)
            if (!thread.IsKnown) Retry(thread.Tid);
    }

    /// <summary>A short piece of the work, between two drains of the rings.</summary>
    /// <param name="reached">Up to when all events have been applied.</param>
    /// <returns>Whether the healing came to its end with this step.</returns>
    public bool Step(ulong reached)
    {
        for (var i = 0; i < MostLookUps && _state.Host.CanLookUp && _placeholders.TryDequeue(out var tid); i++) _state.LookUpAgain(tid);
        if (!IsHealing) return false;
        Reach(reached);
        // Read here, where no event is applied meanwhile, the reading cannot come too late.
        for (var i = 0; i < MostLookUps && _state.Host.CanLookUp && _busy.TryDequeue(out var pid); i++)
            if (_state.Host.ReadProcess(pid) is { } reading) _due.Enqueue(reading, reading.Time);
        if (_due.Count > 0 || _busy.Count > 0 || !_scan.IsDone) return false;
        _suspects.Clear();
        IsHealing = false;
        _state.Statistics.Healings++;
        return true;
    }

    /// <summary>The events have come to a time: what was read up to then is put in.</summary>
    internal void Reach(ulong time)
    {
        if (time >= _nextTake || time < _reached) Take(time);
        if (time > _reached) _reached = time;
        while (_due.TryPeek(out var reading, out var due) && due <= time)
        {
            _due.Dequeue();
            Apply(reading, isInTime: true);
        }
    }

    private void Take(ulong time)
    {
        _nextTake = time + TakeInterval;
        for (var i = 0; i < MostTaken && _scan.TryTake(out var reading); i++)
        {
            if (reading.Time >= _reached) _due.Enqueue(reading, reading.Time);
            else TakeLate(reading);
        }
    }

    /// <summary>An event of a process that has not been healed yet: what it looks like now is better than what is remembered; and once more when the events have come to now.</summary>
    internal void Touch(ThreadEntry thread)
    {
        if (!_suspects.Contains(thread.Pid) || !_state.Host.CanLookUp) return;
        _suspects.Remove(thread.Pid);
        if (_state.Host.ReadProcess(thread.Pid) is not { Threads.Count: > 0 } reading) return;
        _state.Journal?.ProcessRead(reading, isInTime: false);
        _healing.Apply(reading, isInTime: false);
        _due.Enqueue(reading, reading.Time);
    }

    /// <summary>A thread that could not be looked up for want of budget.</summary>
    internal void Retry(long tid)
    {
        if (_placeholders.Count < MostRetries) _placeholders.Enqueue(tid);
    }

    /// <summary>Events newer than the reading have been applied. That does no harm unless they are of the same process.</summary>
    private void TakeLate(ProcessReading reading)
    {
        if (_state.Threads.FindGroup(reading.Pid) is { } group && ProcessHealing.HasEventSince(group, reading.Time)) _busy.Enqueue(reading.Pid);
        else Apply(reading, isInTime: false);
    }

    private void Apply(ProcessReading reading, bool isInTime)
    {
        _suspects.Remove(reading.Pid);
        // Of one that is gone the journal is told where it is forgotten.
        if (reading.Threads.Count > 0) _state.Journal?.ProcessRead(reading, isInTime);
        _healing.Apply(reading, isInTime);
    }
}
