using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Keeps what the events say about threads, descriptors, users and containers. One engine owns one partition of the world and belongs to one worker; it is not thread-safe.</summary>
public sealed class StateEngine
{
    /// <param name="options">Limits and names of the machine.</param>
    /// <param name="host">Where an unknown thread or user can be looked up; <see cref="NoHost"/> when replaying.</param>
    public StateEngine(StateOptions options, IHost host)
    {
        Options = options;
        Host = host;
    }

    public StateOptions Options { get; }

    public IHost Host { get; }

    /// <summary>When the first event that is not about the machine itself (<see cref="EventCategory.Metaevent"/>) happened, ns since the epoch; 0 before it.</summary>
    public ulong FirstTimestamp { get; private set; }

    /// <summary>When the event before the one at hand happened, ns since the epoch; 0 at the first.</summary>
    public ulong PreviousTimestamp { get; private set; }

    /// <summary>Updates the state by the event and fills in the context. Call <see cref="Complete"/> when the rules have seen it.</summary>
    public void Apply(ref EventContext context)
    {
        context.State = this;
        context.FdNumber = -1;
        if (FirstTimestamp == 0 && (context.Event.Info.Category & (EventCategory.Metaevent | EventCategory.Internal)) == 0) FirstTimestamp = context.Event.Timestamp;
    }

    /// <summary>Does what must wait until the rules have seen the event: removes the closed descriptor, the exited thread.</summary>
    public void Complete(ref EventContext context)
    {
        PreviousTimestamp = context.Event.Timestamp;
    }
}
