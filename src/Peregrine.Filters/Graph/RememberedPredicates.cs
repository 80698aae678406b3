using System.Text;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>A part of several conditions, asked once for an event.</summary>
internal sealed class EventRemembered(PredicateNode part, int slot) : PredicateNode
{
    public override FieldScope Scope => part.Scope;

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch)
    {
        ref var answer = ref scratch.EventAnswers[slot];
        if (answer >> 1 == scratch.Serial) return (answer & 1) != 0;
        var holds = part.Evaluate(ref context, scratch);
        answer = (scratch.Serial << 1) | (holds ? 1UL : 0);
        return holds;
    }

    internal override void AppendKey(StringBuilder key) => part.AppendKey(key);
}

/// <summary>A part that depends on the process only, asked once until that changes.</summary>
internal sealed class ProcessRemembered(PredicateNode part, int slot) : PredicateNode
{
    public override FieldScope Scope => part.Scope;

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch) =>
        scratch.Process is { } memory ? memory.Ask(part, slot, ref context, scratch) : part.Evaluate(ref context, scratch);

    internal override void AppendKey(StringBuilder key) => part.AppendKey(key);
}

/// <summary>A part that depends on the descriptor only, asked once until that changes; as any other part where the event has no descriptor that is known.</summary>
/// <param name="part">What is asked.</param>
/// <param name="slot">Where its answer is remembered with the descriptor.</param>
/// <param name="otherwise">What to ask of events without a memory of their descriptor.</param>
internal sealed class DescriptorRemembered(PredicateNode part, int slot, PredicateNode otherwise) : PredicateNode
{
    public override FieldScope Scope => part.Scope;

    public override bool Evaluate(ref EventContext context, EvaluationScratch scratch) =>
        scratch.Descriptor is { } memory ? memory.Ask(part, slot, ref context, scratch) : otherwise.Evaluate(ref context, scratch);

    internal override void AppendKey(StringBuilder key) => part.AppendKey(key);
}
