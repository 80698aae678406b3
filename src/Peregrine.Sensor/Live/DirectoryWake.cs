using Peregrine.Containers;
using Peregrine.Kernel;

namespace Peregrine.Sensor.Live;

/// <summary>Wakes the thread that asks about containers.</summary>
internal sealed class DirectoryWake : IWakeUp
{
    private readonly WakeEvent _event = new();

    public void Signal() => _event.Signal();

    public void Wait(TimeSpan timeout) => _event.Wait(timeout);

    public void Dispose() => _event.Dispose();
}
