namespace Peregrine.UnitTests.Sensor.Names;

/// <summary>A clock that a test moves; timers go off when it passes their time.</summary>
internal sealed class TimersByHand : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    /// <summary>How many timers wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _timers.Count;
        }
    }

    /// <summary>When the first of them goes off; null when none waits.</summary>
    public DateTimeOffset? Earliest
    {
        get
        {
            lock (_gate) return _timers.Count == 0 ? null : _timers.Min(t => t.Due);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(t => t.Due <= _now)];
            foreach (var timer in due) _timers.Remove(timer);
        }
        foreach (var timer in due) timer.GoOff();
    }

    private sealed class Timer(TimersByHand clock, Action goOff) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
