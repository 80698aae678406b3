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
    private readonly SourceRules[] _bySource;
    private readonly bool _first;
    private readonly long[] _matches;
    private readonly Rule[] _rules;
    private readonly ContainerFacts[] _awaits = new ContainerFacts[EventSchema.Count];
    private readonly int[]?[] _byType = new int[]?[EventSchema.Count];

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
        _bySource = [.. sources.Select(OfSource)];
        IndexByType();
    }

    public RuleEngine(RuleSet set, IEnumerable<SelectionStep> selection, RuleMatching matching)
        : this(RuleSelection.Apply(set, selection), set.Sources, matching)
    {
    }

    /// <summary>The rules that run, in order.</summary>
    public IReadOnlyList<Rule> Rules => _rules;

    /// <summary>Whether any rule looks at events of this type.</summary>
    public bool Wants(int source, EventType type) =>
        (uint)source < (uint)_bySource.Length && _bySource[source].Conditions.Wants(type);

    /// <summary>What the rules for a type of system calls' events await of a container, in conditions or outputs.</summary>
    public ContainerFacts Awaits(EventType type) => (uint)type < (uint)_awaits.Length ? _awaits[(int)type] : ContainerFacts.None;

    /// <summary>Whether an event's first match ends the search.</summary>
    public bool TakesFirstOnly => _first;

    /// <summary>The rules for a type of system calls' events, in order, by their places in <see cref="Rules"/>. For those who ask them one by one, apart from <see cref="Match(ref EventContext, EvaluationScratch, IAlertSink)"/>.</summary>
    public ReadOnlySpan<int> RulesFor(EventType type) => (uint)type < (uint)_byType.Length ? _byType[(int)type] : default;

    /// <summary>Counts a match that was found apart from <see cref="Match(ref EventContext, EvaluationScratch, IAlertSink)"/>.</summary>
    public void Count(int index) => Interlocked.Increment(ref _matches[index]);

    /// <summary>How often the rule at this place of <see cref="Rules"/> has matched.</summary>
    public long Matches(int index) => Interlocked.Read(ref _matches[index]);

    /// <summary>Gives every match (or the first) to the sink. Does not allocate.</summary>
    public void Match(ref EventContext context, EvaluationScratch scratch, IAlertSink sink)
    {
        var sources = _bySource;
        if ((uint)context.Source >= (uint)sources.Length) return;
        ref readonly var source = ref sources[context.Source];
        var matches = new MatchSink(this, source.Numbers, sink);
        source.Conditions.Match(ref context, scratch, ref matches);
    }

    /// <summary>As <see cref="Match(ref EventContext, EvaluationScratch, IAlertSink)"/>, and takes down what it took.</summary>
    public void Match(ref EventContext context, EvaluationScratch scratch, IAlertSink sink, RuleProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var sources = _bySource;
        if ((uint)context.Source >= (uint)sources.Length) return;
        ref readonly var source = ref sources[context.Source];
        var matches = new MatchSink(this, source.Numbers, sink);
        source.Conditions.Match(ref context, scratch, ref matches, profile.Sources[context.Source]);
    }

    /// <summary>An empty profile of these rules, for one worker.</summary>
    public RuleProfile NewProfile() => new(_rules, [.. _bySource.Select(static s => s.Conditions.NewProfile())], [.. _bySource.Select(static s => s.Numbers)]);

    /// <summary>The system calls that the rules need to see.</summary>
    public IReadOnlyCollection<SyscallCode> Syscalls()
    {
        var all = new SortedSet<SyscallCode>();
        foreach (var rule in _rules) all.UnionWith(rule.Syscalls);
        return all;
    }

    /// <summary>Of these, the system calls whose events must hold what was read or written, for a condition or an output.</summary>
    public IReadOnlyCollection<SyscallCode> SyscallsWithData()
    {
        var all = new SortedSet<SyscallCode>();
        foreach (var rule in _rules)
            if (DataUse.LooksAtData(rule)) all.UnionWith(rule.Syscalls);
        return all;
    }

    private void IndexByType()
    {
        var lists = new List<int>?[EventSchema.Count];
        for (var i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Source != RuleSource.Syscall) continue;
            var facts = _rules[i].Awaits;
            foreach (var type in SeenTypes(_rules[i]))
            {
                _awaits[(int)type] |= facts;
                (lists[(int)type] ??= []).Add(i);
            }
        }
        for (var type = 0; type < lists.Length; type++) _byType[type] = lists[type]?.ToArray();
    }

    /// <summary>The types that come by: a name stands for codes of old layouts too, of which no event does, and readying rules for those would cost several times as much.</summary>
    private static IReadOnlyList<EventType> SeenTypes(Rule rule) => [.. rule.EventTypes.Distinct().Where(static t => EventSchema.Get(t).IsSurfaced)];

    private SourceRules OfSource(string source)
    {
        int[] numbers = [.. Enumerable.Range(0, _rules.Length).Where(i => _rules[i].Source == source)];
        return new(new ConditionSet(Array.ConvertAll(numbers, i => (_rules[i].Filter, SeenTypes(_rules[i])))), numbers);
    }

    /// <summary>The conditions of one source's rules, and the rules' places in <see cref="Rules"/>.</summary>
    private readonly record struct SourceRules(ConditionSet Conditions, int[] Numbers);

    /// <summary>Counts matches and hands them on.</summary>
    private readonly ref struct MatchSink(RuleEngine engine, int[] numbers, IAlertSink sink) : IMatchSink
    {
        public bool OnMatch(int condition, ref EventContext context, EvaluationScratch scratch)
        {
            var number = numbers[condition];
            Interlocked.Increment(ref engine._matches[number]);
            sink.OnMatch(engine._rules[number], ref context, scratch);
            return !engine._first;
        }
    }
}
