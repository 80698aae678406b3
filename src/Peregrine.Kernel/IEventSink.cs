using Peregrine.Events;

namespace Peregrine.Kernel;

/// <summary>Takes events in order of time, one after the other.</summary>
public interface IEventSink
{
    /// <summary>One event of CPU <paramref name="cpu"/>. Its bytes lie in the ring and are valid until this returns.</summary>
    void OnEvent(ushort cpu, in EventView e);
}
