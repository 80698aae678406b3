using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>What evaluating needs to write to. One per worker; not thread-safe.</summary>
public sealed class EvaluationScratch
{
    private ulong _event;

    /// <summary>Composed texts and lists of the event at hand.</summary>
    public ValueBuffer Buffer { get; } = new();

    /// <summary>Forgets the previous event's texts when another event comes. Events without a number count as another each time.</summary>
    internal void Enter(ref EventContext context)
    {
        if (context.Number == _event && _event != 0) return;
        _event = context.Number;
        Buffer.Reset();
    }

    /// <summary>Forgets all texts made for the event at hand.</summary>
    public void Reset()
    {
        _event = 0;
        Buffer.Reset();
    }
}
