namespace Peregrine.Sensor.Reloading;

/// <summary>Passes a new generation from the thread that made it to the worker. There is one of each.</summary>
internal sealed class Handover : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _done = new(0, 1);
    private Action? _wake;
    private Generation? _next;

    /// <summary>Has a worker that sleeps woken when a generation arrives, until what is returned is disposed of.</summary>
    public IDisposable Wake(Action worker)
    {
        lock (_gate) _wake = worker;
        return new Waking(this);
    }

    /// <summary>Offers a generation and waits until the worker works with it. False when the wait was cancelled first: the generation then stays the caller's.</summary>
    public bool Offer(Generation next, CancellationToken cancelled)
    {
        Volatile.Write(ref _next, next);
        lock (_gate) _wake?.Invoke();
        try
        {
            _done.Wait(cancelled);
            return true;
        }
        catch (OperationCanceledException)
        {
            // The worker may be taking it at this very moment.
            return Interlocked.Exchange(ref _next, null) is null;
        }
    }

    /// <summary>The generation that waits; null nearly always, at the cost of one read.</summary>
    public Generation? Take() => Volatile.Read(ref _next) is null ? null : Interlocked.Exchange(ref _next, null);

    /// <summary>Tells the maker that what was taken is in force.</summary>
    public void Done() => _done.Release();

    public void Dispose() => _done.Dispose();

    private sealed class Waking(Handover handover) : IDisposable
    {
        public void Dispose()
        {
            lock (handover._gate) handover._wake = null;
        }
    }
}
