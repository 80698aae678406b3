using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.Rules;

/// <summary>One of the things that must all hold for a condition to hold.</summary>
/// <param name="Part">The part of the condition.</param>
/// <param name="Macro">The macro that it comes from; null when the rule has it itself.</param>
/// <param name="Held">For how many events it held.</param>
/// <param name="MissedAlone">For how many events it was the only one that did not.</param>
public sealed record ConditionTerm(ConditionPart Part, string? Macro, long Held, long MissedAlone);

/// <summary>Counts over events how near a rule came to matching: which of its terms held, and which one alone was missing. Belongs to one thread.</summary>
public sealed class ConditionTerms
{
    private readonly List<(ConditionPart Part, string? Macro)> _terms = [];
    private readonly long[] _held;
    private readonly long[] _missedAlone;

    public ConditionTerms(ConditionExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        Collect(explanation.Root, null);
        (_held, _missedAlone) = (new long[_terms.Count], new long[_terms.Count]);
        FewestMissing = int.MaxValue;
    }

    /// <summary>Events that were counted.</summary>
    public long Events { get; private set; }

    /// <summary>How many terms the nearest event missed; <see cref="int.MaxValue"/> before the first.</summary>
    public int FewestMissing { get; private set; }

    /// <summary>The terms in the condition's order, with their counts.</summary>
    public IReadOnlyList<ConditionTerm> Terms => [.. _terms.Select((t, i) => new ConditionTerm(t.Part, t.Macro, _held[i], _missedAlone[i]))];

    /// <summary>Counts an event of the rule's types. True when none before it was so near.</summary>
    public bool Add(ref EventContext context, EvaluationScratch scratch)
    {
        Events++;
        var (missing, last) = (0, 0);
        for (var i = 0; i < _terms.Count; i++)
        {
            if (_terms[i].Part.Filter.Matches(ref context, scratch)) _held[i]++;
            else (missing, last) = (missing + 1, i);
        }
        if (missing == 1) _missedAlone[last]++;
        if (missing >= FewestMissing) return false;
        FewestMissing = missing;
        return true;
    }

    private void Collect(ConditionPart part, string? macro)
    {
        if (part.Kind == PartKind.And)
        {
            foreach (var inner in part.Parts) Collect(inner, macro);
        }
        else if (part.Kind == PartKind.Macro && part.Parts[0].Kind == PartKind.And)
        {
            Collect(part.Parts[0], part.Text);
        }
        else
        {
            _terms.Add((part, macro));
        }
    }
}
