namespace Peregrine.Sensor.Engine;

/// <summary>Lets something happen at a rate, with bursts. Times are the events' own, so that a replay acts as the live run did.</summary>
public sealed class TokenBucket
{
    private readonly double _rate;
    private readonly double _size;
    private double _tokens;
    private ulong _seen;

    /// <param name="rate">Tokens gained per second.</param>
    /// <param name="size">Most tokens kept; the bucket starts full.</param>
    public TokenBucket(double rate, double size) => (_rate, _size, _tokens) = (rate, size, size);

    /// <summary>Takes a token; false when there is none.</summary>
    /// <param name="now">Nanoseconds since the epoch.</param>
    public bool TryTake(ulong now)
    {
        if (_seen != 0 && now > _seen) _tokens = Math.Min(_size, _tokens + _rate * ((now - _seen) / 1e9));
        if (now > _seen) _seen = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
