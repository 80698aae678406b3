using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;

namespace Peregrine.Rules;

/// <summary>
/// Asks the rules of an event's source and type, in order. Made once from a set of rules and a selection, then only its counters change; loading rules anew makes another
/// engine, which the reader of events takes up between two events.
/// </summary>
/// <remarks>One engine may serve several workers: each brings its own scratch, and counters are added to atomically.</remarks>
public sealed class RuleEngine
{
    private readonly Slot[][][] _bySource;
    private readonly bool _first;
    private readonly long[] _matches;
    private readonly Rule[] _rules;

    /// <summary>A rule with the place of its counter.</summary>
    private readonly record struct Slot(Rule Rule, CompiledFilter Filter, int Counter);

    /// <param name="rules">The rules that run, in order: what <see cref="RuleSelection.Apply"/> gives.</param>
    /// <param name="sources">Names of the sources, by the index that events carry: <see cref="RuleSet.Sources"/>.</param>
    /// <param name="matching">Whether an event's first match ends the search.</param>
    public RuleEngine(IReadOnlyList<Rule> rules, IReadOnlyList<string> sources, RuleMatching matching)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(sources);
        _first = matching == RuleMatching.First;
        _rules = [.. rules];
        _matches = new long[_rules.Length];
        _bySource = new Slot[sources.Count][][];
        for (var source = 0; source < sources.Count; source++) _bySource[source] = Index(sources[source]);
    }

    public RuleEngine(RuleSet set, IEnumerable<SelectionStep> selection, RuleMatching matching)
        : this(RuleSelection.Apply(set, selection), set.Sources, matching)
    {
    }

    /// <summary>The rules that run, in order.</summary>
    public IReadOnlyList<Rule> Rules => _rules;

    /// <summary>Whether any rule looks at events of this type.</summary>
    public bool Wants(int source, EventType type) =>
        (uint)source < (uint)_bySource.Length && (uint)type < (uint)_bySource[source].Length && _bySource[source][(int)type].Length > 0;

    /// <summary>How often the rule at this place of <see cref="Rules"/> has matched.</summary>
    public long Matches(int index) => Interlocked.Read(ref _matches[index]);

    /// <summary>Gives every match (or the first) to the sink. Does not allocate.</summary>
    public void Match(ref EventContext context, EvaluationScratch scratch, IAlertSink sink)
    {
        var sources = _bySource;
        if ((uint)context.Source >= (uint)sources.Length) return;
        var types = sources[context.Source];
        var type = (uint)context.Event.Type;
        if (type >= (uint)types.Length) return;
        var slots = types[type];
        foreach (ref readonly var slot in slots.AsSpan())
        {
            if (!slot.Filter.Matches(ref context, scratch)) continue;
            Interlocked.Increment(ref _matches[slot.Counter]);
            sink.OnMatch(slot.Rule, ref context, scratch);
            if (_first) return;
        }
    }

    /// <summary>The system calls that the rules need to see.</summary>
    public IReadOnlyCollection<SyscallCode> Syscalls()
    {
        var all = new SortedSet<SyscallCode>();
        foreach (var rule in _rules) all.UnionWith(rule.Syscalls);
        return all;
    }

    private Slot[][] Index(string source)
    {
        var types = new List<Slot>[EventSchema.Count];
        for (var i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Source != source) continue;
            foreach (var type in _rules[i].EventTypes) (types[(int)type] ??= []).Add(new(_rules[i], _rules[i].Filter, i));
        }
        return [.. types.Select(static t => t?.ToArray() ?? [])];
    }
}
