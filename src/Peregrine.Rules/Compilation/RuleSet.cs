namespace Peregrine.Rules;

/// <summary>The rules of all files that were loaded, in the order of their definitions. Immutable; a later load makes another.</summary>
public sealed class RuleSet
{
    private readonly Dictionary<string, Rule> _byName = new(StringComparer.Ordinal);

    internal RuleSet(IReadOnlyList<Rule> rules, IReadOnlyList<string> sources, RulePriority threshold)
    {
        (Rules, Sources, Threshold) = (rules, sources, threshold);
        foreach (var rule in rules) _byName[rule.Name] = rule;
    }

    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The names of the sources that rules were loaded for; an event's source is an index into them.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>Rules less severe than this are never run.</summary>
    public RulePriority Threshold { get; }

    public Rule? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>How many rules the files enable, the threshold aside.</summary>
    public int EnabledCount => Rules.Count(r => r.Enabled && r.Priority <= Threshold);
}
