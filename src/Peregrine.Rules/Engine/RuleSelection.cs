namespace Peregrine.Rules;

/// <summary>One step of switching rules on or off: by a pattern for their names, or by a tag.</summary>
public sealed record SelectionStep(bool Enable, string? RulePattern, string? Tag)
{
    public static SelectionStep Rules(bool enable, string pattern) => new(enable, pattern, null);

    public static SelectionStep Tagged(bool enable, string tag) => new(enable, null, tag);

    internal bool AppliesTo(Rule rule) =>
        RulePattern is not null ? NamePattern.Matches(RulePattern, rule.Name) : Tag is not null && rule.Tags.Contains(Tag);
}

/// <summary>Which rules run, and in which order.</summary>
public static class RuleSelection
{
    /// <summary>
    /// The rules that run, in the order in which they were switched on: first those that the files enable, in the order of their definitions; then the steps, each applied
    /// in turn. A rule that is switched off and on again comes last. Rules below the threshold never run.
    /// </summary>
    public static IReadOnlyList<Rule> Apply(RuleSet rules, IEnumerable<SelectionStep> steps)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(steps);
        var candidates = rules.Rules.Where(r => r.Priority <= rules.Threshold).ToList();
        var order = new Dictionary<Rule, int>();
        var next = 0;
        foreach (var rule in candidates)
            if (rule.Enabled) order[rule] = next++;
        foreach (var step in steps)
            foreach (var rule in candidates)
                if (step.AppliesTo(rule))
                {
                    if (!step.Enable) order.Remove(rule);
                    else if (!order.ContainsKey(rule)) order[rule] = next++;
                }
        return [.. order.Keys.OrderBy(rule => order[rule])];
    }
}
