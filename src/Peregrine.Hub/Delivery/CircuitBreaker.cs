namespace Peregrine.Hub.Delivery;

/// <summary>
/// Pauses between tries of one destination. After a failure the pause doubles up to a bound, with some chance in it so that a fleet of hubs does not come back in step; after several failures the circuit is open:
/// one try at a time finds out whether the destination is back, however many could go. Threads may share it.
/// </summary>
internal sealed class CircuitBreaker(DeliveryOptions options, TimeProvider clock)
{
    // Below this, single failures do not hold up other deliveries.
    private const int FailuresToOpen = 5;

    private readonly Lock _lock = new();
    private int _failures;
    private DateTimeOffset _failingSince;
    private DateTimeOffset _notBefore;
    private bool _probing;

    public bool IsOpen
    {
        get
        {
            lock (_lock) return _failures >= FailuresToOpen;
        }
    }

    /// <summary>Whether tries have failed for so long that alerts go to the fallback.</summary>
    public bool IsGivenUp
    {
        get
        {
            lock (_lock) return UntilGivenUp(clock.GetUtcNow()) is { } left && left <= TimeSpan.Zero;
        }
    }

    /// <summary>Waits until a try may be made.</summary>
    /// <returns>False when none may be made now, and all have failed for so long that nobody should wait for one.</returns>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan pause;
            lock (_lock)
            {
                var now = clock.GetUtcNow();
                pause = _notBefore - now;
                var open = _failures >= FailuresToOpen;
                if (pause <= TimeSpan.Zero && !(open && _probing))
                {
                    _probing = open;
                    return true;
                }
                // Somebody else probes: look again when that may be decided.
                if (pause <= TimeSpan.Zero) pause = TimeSpan.FromMilliseconds(100);
                if (UntilGivenUp(now) is { } left)
                {
                    if (left <= TimeSpan.Zero) return false;
                    if (left < pause) pause = left;
                }
            }
            await Task.Delay(pause, clock, cancellation);
        }
    }

    public void Succeeded()
    {
        lock (_lock) (_failures, _probing, _notBefore) = (0, false, default);
    }

    /// <param name="after">How long the destination asked to wait; null when it did not say.</param>
    public void Failed(TimeSpan? after)
    {
        lock (_lock)
        {
            if (_failures++ == 0) _failingSince = clock.GetUtcNow();
            _probing = false;
            var pause = after ?? Jitter(Pause());
            var until = clock.GetUtcNow() + pause;
            if (until > _notBefore) _notBefore = until;
        }
    }

    /// <summary>A try ended without a verdict (the hub stops): another may probe.</summary>
    public void Left()
    {
        lock (_lock) _probing = false;
    }

    /// <summary>Null while nothing fails, and where there is no fallback to go to.</summary>
    private TimeSpan? UntilGivenUp(DateTimeOffset now) =>
        _failures > 0 && options.Fallback.Length > 0 && options.FallbackAfter > TimeSpan.Zero ? _failingSince + options.FallbackAfter - now : null;

    private TimeSpan Pause()
    {
        // Deliveries that were under way together fail together; they count as one step.
        var steps = Math.Min((_failures - 1) / Math.Max(1, options.Concurrency), 30);
        var pause = options.Backoff.TotalMilliseconds * Math.Pow(2, steps);
        return TimeSpan.FromMilliseconds(Math.Min(pause, options.MaxBackoff.TotalMilliseconds));
    }

    private static TimeSpan Jitter(TimeSpan pause) => pause * (0.5 + Random.Shared.NextDouble() / 2);
}
