using System.Buffers.Binary;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>Decides, once for an event type, the checks that all events of the type answer alike (<see cref="FieldTraits.SameForType"/>).</summary>
internal sealed class TypeChecks
{
    private readonly EvaluationScratch _scratch = new();
    private readonly byte[] _record = new byte[EventView.HeaderSize];

    public static bool IsOne(PredicateNode check) => check is CheckPredicate { Source: FieldSource { Reference.Field: var field } } && (field.Traits & FieldTraits.SameForType) != 0;

    /// <summary>False when the events of the type may differ: those of calls without an event type of their own, and what was put into the stream under a name.</summary>
    public bool TryDecide(PredicateNode check, EventType type, out bool holds)
    {
        holds = false;
        if (!IsOne(check) || type is EventType.GenericE or EventType.GenericX or EventType.AsynceventE || !EventSchema.IsKnown(type)) return false;
        // An event without parameters: the fields at hand look at its type only.
        BinaryPrimitives.WriteUInt32LittleEndian(_record.AsSpan(16), EventView.HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(_record.AsSpan(20), (ushort)type);
        var context = new EventContext { Event = EventView.Trusted(_record), FdNumber = -1 };
        _scratch.Reset();
        holds = check.Evaluate(ref context, _scratch);
        return true;
    }
}
