namespace Peregrine.Kernel.Proc;

/// <summary>Bounds how many look-ups, and how much time, one second may hold. What is not used is not saved up. Not thread-safe.</summary>
internal sealed class LookupBudget(int perSecond, TimeSpan timePerSecond, TimeProvider clock)
{
    private long _window = long.MinValue;
    private int _used;
    private long _spent;
    private readonly long _timePerWindow = (long)(timePerSecond.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Time left in this second.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            Advance(clock.GetTimestamp());
            return TimeSpan.FromSeconds(Math.Max(0, _timePerWindow - _spent) / (double)clock.TimestampFrequency);
        }
    }

    /// <summary>Whether <see cref="TryBegin"/> would succeed now.</summary>
    public bool HasRoom
    {
        get
        {
            Advance(clock.GetTimestamp());
            return _used < perSecond && _spent < _timePerWindow;
        }
    }

    /// <summary>Takes one look-up; false when the second is used up. <see cref="End"/> must follow when true.</summary>
    public bool TryBegin(out long start)
    {
        start = clock.GetTimestamp();
        Advance(start);
        if (_used >= perSecond || _spent >= _timePerWindow) return false;
        _used++;
        return true;
    }

    public void End(long start) => _spent += clock.GetTimestamp() - start;

    private void Advance(long now)
    {
        var window = now / clock.TimestampFrequency;
        if (window == _window) return;
        _window = window;
        _used = 0;
        _spent = 0;
    }
}
