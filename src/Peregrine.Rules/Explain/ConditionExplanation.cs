using System.Buffers;
using System.Text;
using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.Rules;

/// <summary>Explains a rule's condition for events: why did it match, or why not. For tools; it evaluates every part, also those that the engine would skip.</summary>
public sealed class ConditionExplanation
{
    private ConditionExplanation(Rule rule, ConditionPart root) => (Rule, Root) = (rule, root);

    public Rule Rule { get; }

    /// <summary>The whole condition, exceptions included.</summary>
    public ConditionPart Root { get; }

    /// <summary>Null when no loaded rule has the name.</summary>
    public static ConditionExplanation? Of(RuleLoader loader, string rule)
    {
        ArgumentNullException.ThrowIfNull(loader);
        if (loader.Compiled?.Rules.FirstOrDefault(r => r.Rule.Name == rule) is not { } compiled) return null;
        return new(compiled.Rule, new ExplanationBuilder(loader, compiled).Root());
    }

    /// <summary>Every part's value for an event that the state has taken up.</summary>
    public ExplainedPart Explain(ref EventContext context, EvaluationScratch scratch) => Explain(Root, ref context, scratch).MarkDecisive();

    private static ExplainedPart Explain(ConditionPart part, ref EventContext context, EvaluationScratch scratch)
    {
        var parts = new List<ExplainedPart>(part.Parts.Count);
        foreach (var inner in part.Parts) parts.Add(Explain(inner, ref context, scratch));
        return new(part, part.Filter.Matches(ref context, scratch), parts)
        {
            Value = Value(part.Left, ref context, scratch),
            OtherValue = Value(part.Right, ref context, scratch),
        };
    }

    private static string? Value(OutputFormat? field, ref EventContext context, EvaluationScratch scratch)
    {
        if (field is null) return null;
        var text = new ArrayBufferWriter<byte>();
        return field.TryFormat(ref context, scratch, text) ? Encoding.UTF8.GetString(text.WrittenSpan) : null;
    }
}
