using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Changes the state by one event.</summary>
internal delegate void EventHandler(StateEngine state, ref EventContext context);

/// <summary>Whose event it is.</summary>
internal enum EventSubject : byte
{
    /// <summary>The machine's, or a plugin's: no thread's.</summary>
    None,
    /// <summary>A thread's, but it does not bring one into being that is not in the table.</summary>
    KnownThread,
    /// <summary>A thread's; one that is not in the table is looked up.</summary>
    Thread,
}

/// <summary>What the engine does for one event type, read from the schema once.</summary>
internal readonly struct EventStep
{
    public EventHandler? Handler { get; init; }

    public EventSubject Subject { get; init; }

    /// <summary>Position of the descriptor that the event uses; -1 when it uses none.</summary>
    public sbyte FdParam { get; init; }

    /// <summary>Whether the first parameter is the result of the call.</summary>
    public bool HasResult { get; init; }

    /// <summary>Whether it is a clone: its thread is new when the result is 0.</summary>
    public bool IsClone { get; init; }

    /// <summary>Whether it says something of the machine or the capture rather than of what happened; such events do not start the clock of <c>evt.reltime</c>.</summary>
    public bool IsAboutMachine { get; init; }

    public bool Fails(scoped in EventView e) => HasResult && e.Int(0) < 0;
}
