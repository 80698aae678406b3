namespace Peregrine.Containers;

/// <summary>Wakes a thread without a lock: the worker that reads events calls <see cref="Signal"/>.</summary>
public interface IWakeUp : IDisposable
{
    /// <summary>Ends a <see cref="Wait"/> that is under way, or the next one.</summary>
    void Signal();

    void Wait(TimeSpan timeout);
}
