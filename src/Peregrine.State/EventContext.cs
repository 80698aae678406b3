using Peregrine.Events;

namespace Peregrine.State;

/// <summary>
/// An event on its way through the sensor: the record, and what the state engine found for it. Passed by reference from step to step, never kept.
/// </summary>
public ref struct EventContext
{
    public EventView Event;

    /// <summary>Position in the stream of surfaced events, from 1.</summary>
    public ulong Number;

    public ushort Cpu;

    /// <summary>The thread that caused the event; null for events without one (plugins). May be a placeholder (<see cref="ThreadEntry.IsKnown"/>).</summary>
    public ThreadEntry? Thread;

    /// <summary>The descriptor that the event uses or made; null when it has none or it is not known.</summary>
    public FdEntry? Fd;

    /// <summary>Its number; -1 when the event has none. Set even where <see cref="Fd"/> is not known.</summary>
    public long FdNumber;

    /// <summary>The event only feeds the state (captures have such): people and rules do not see it, and the time since the event before does not count it.</summary>
    public bool IsStateOnly;

    /// <summary>The world.</summary>
    public StateEngine State;

    /// <summary>Event source, <c>syscall</c> or a plugin's: index in the engine's table of sources; 0 is syscall.</summary>
    public int Source;
}
