using Peregrine.Events;
using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>What one rule took.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Evaluations">Profiled events for which its condition had to be asked.</param>
/// <param name="Nanoseconds">Its part of the time: what several rules ask together is shared between them.</param>
public sealed record RuleCost(Rule Rule, long Evaluations, double Nanoseconds);

/// <summary>What a part of conditions took, for events of one type.</summary>
/// <param name="Type">The events' type.</param>
/// <param name="Text">What it asks.</param>
/// <param name="Rules">The rules that have it.</param>
/// <param name="Evaluations">How often it was asked about profiled events.</param>
/// <param name="Held">How often the answer was yes.</param>
/// <param name="Nanoseconds">How long asking took.</param>
public sealed record ConditionPartCost(EventType Type, string Text, IReadOnlyList<Rule> Rules, long Evaluations, long Held, double Nanoseconds);

/// <summary>What asking the rules of an engine took, for the events that were asked about with it: some of all, when they are sampled. Belongs to one worker.</summary>
public sealed class RuleProfile
{
    private readonly Rule[] _rules;
    private readonly int[][] _numbers;

    internal RuleProfile(Rule[] rules, MatchProfile[] sources, int[][] numbers) => (_rules, Sources, _numbers) = (rules, sources, numbers);

    /// <summary>One for each source.</summary>
    internal MatchProfile[] Sources { get; }

    /// <summary>Every rule, in order.</summary>
    public IReadOnlyList<RuleCost> Rules()
    {
        var costs = new RuleCost[_rules.Length];
        for (var source = 0; source < Sources.Length; source++)
        {
            var conditions = Sources[source].Conditions();
            for (var i = 0; i < conditions.Length; i++) costs[_numbers[source][i]] = new RuleCost(_rules[_numbers[source][i]], conditions[i].Evaluations, conditions[i].Nanoseconds);
        }
        return costs;
    }

    /// <summary>Every part that was asked, in no order.</summary>
    public IReadOnlyList<ConditionPartCost> Parts()
    {
        var parts = new List<ConditionPartCost>();
        for (var source = 0; source < Sources.Length; source++)
            foreach (var part in Sources[source].Parts())
                parts.Add(new ConditionPartCost(part.Type, part.Text, [.. part.Conditions.Select(c => _rules[_numbers[source][c]])], part.Evaluations, part.Held, part.Nanoseconds));
        return parts;
    }
}
