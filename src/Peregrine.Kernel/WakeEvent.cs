using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>Wakes a thread from another one by a system call alone: no lock on either side. For one waiting thread.</summary>
public sealed class WakeEvent : IDisposable
{
    private readonly RingWaiter _waiter = new([]);

    /// <summary>Ends a <see cref="Wait"/> that is under way, or the next one.</summary>
    public void Signal() => _waiter.WakeUp();

    /// <summary>Sleeps until <see cref="Signal"/> or until the time is over.</summary>
    public void Wait(TimeSpan timeout) => _waiter.Wait(timeout);

    public void Dispose() => _waiter.Dispose();
}
