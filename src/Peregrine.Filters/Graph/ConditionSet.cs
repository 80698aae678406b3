using System.Runtime.CompilerServices;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// Conditions that are asked together of each event: equal parts are shared, what the event's type decides is decided beforehand, and what depends on the process or the descriptor only is remembered until that changes.
/// The answers are those of asking every condition by itself. Immutable; one may serve several workers, each with a scratch and a state of its own.
/// </summary>
public sealed class ConditionSet
{
    private readonly TypeProgram?[] _programs;

    /// <summary>Every condition may hold for what is put into the stream under a name, and few such events come: these are asked one by one.</summary>
    private readonly (int Number, PredicateNode Root)[] _rare = [];

    private readonly int _conditions;
    private readonly int _processSlots;
    private readonly int _descriptorSlots;
    private readonly int _maskWords;
    private readonly int _descriptorWords;

    /// <param name="conditions">The conditions in the order in which matches are reported, each with the event types for which it may hold.</param>
    public ConditionSet(IReadOnlyList<(CompiledFilter Filter, IReadOnlyList<EventType> Types)> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        _conditions = conditions.Count;
        var graph = new ConditionGraph();
        var evaluators = new GraphEvaluators();
        var byType = new List<(int Number, GraphNode Residue)>?[EventSchema.Count];
        GraphNode[] roots = [.. conditions.Select(c => graph.Add(c.Filter.Root))];
        // Type by type, because the graph knows what is left for one type at a time.
        var wanted = Wanted(conditions);
        for (var type = 0; type < wanted.Length; type++)
        {
            if (wanted[type] is not { } numbers) continue;
            if ((EventType)type == EventType.AsynceventE)
            {
                _rare = [.. numbers.ConvertAll(number => (number, conditions[number].Filter.Root))];
                continue;
            }
            var left = new List<(int Number, GraphNode Residue)>();
            foreach (var number in numbers)
            {
                var residue = graph.Fold(roots[number], (EventType)type);
                if (ReferenceEquals(residue, graph.False)) continue;
                foreach (var term in ProgramParts.TermsOf(residue)) evaluators.Count(term);
                left.Add((number, residue));
            }
            if (left.Count > 0) byType[type] = left;
        }
        var necessary = new NecessaryKeys();
        _programs = new TypeProgram?[byType.Length];
        for (var type = 0; type < byType.Length; type++)
        {
            if (byType[type] is not { } list) continue;
            var serves = DescriptorMemory.Serves((EventType)type);
            var program = new TypeProgram(new ProgramParts(list, evaluators, necessary, serves), ProgramCount++, _maskWords, serves ? _descriptorWords : -1);
            _programs[type] = program;
            _maskWords += TypeProgram.WordsFor(list.Count);
            if (program.UsesDescriptor) _descriptorWords += TypeProgram.WordsFor(list.Count);
        }
        (_processSlots, _descriptorSlots, EventSlots) = (evaluators.ProcessSlots, evaluators.DescriptorSlots, evaluators.EventSlots);
    }

    /// <summary>By event type the numbers of the conditions that may hold for it, ascending; null for none.</summary>
    private static List<int>?[] Wanted(IReadOnlyList<(CompiledFilter Filter, IReadOnlyList<EventType> Types)> conditions)
    {
        var wanted = new List<int>?[EventSchema.Count];
        for (var number = 0; number < conditions.Count; number++)
        {
            foreach (var type in conditions[number].Types)
            {
                var numbers = wanted[(int)type] ??= [];
                // A type may be named twice.
                if (numbers.Count == 0 || numbers[^1] != number) numbers.Add(number);
            }
        }
        return wanted;
    }

    /// <summary>Stands for the set in what remembers its answers.</summary>
    internal object Identity { get; } = new();

    /// <summary>How many answers a scratch must have room for.</summary>
    internal int EventSlots { get; }

    /// <summary>How many event types have conditions.</summary>
    internal int ProgramCount { get; }

    /// <summary>Whether any condition may hold for events of this type.</summary>
    public bool Wants(EventType type) => (uint)type < (uint)_programs.Length && (_programs[(int)type] is not null || (type == EventType.AsynceventE && _rare.Length > 0));

    /// <summary>Gives the sink each condition that holds, in order. Does not allocate but once per process and per entry of a descriptor.</summary>
    public void Match<T>(ref EventContext context, EvaluationScratch scratch, ref T sink)
        where T : struct, IMatchSink, allows ref struct
    {
        var type = (uint)context.Event.Type;
        if (type >= (uint)_programs.Length) return;
        if (_programs[type] is { } program)
        {
            Ask(program, ref context, scratch, ref sink, default(NoObserver));
        }
        else if (type == (uint)EventType.AsynceventE)
        {
            MatchRare(ref context, scratch, ref sink);
        }
    }

    /// <summary>As <see cref="Match{T}(ref EventContext, EvaluationScratch, ref T)"/>, and takes down what it took.</summary>
    /// <param name="context">The event.</param>
    /// <param name="scratch">The worker's.</param>
    /// <param name="sink">Takes the conditions that hold.</param>
    /// <param name="profile">One that <see cref="NewProfile"/> made.</param>
    public void Match<T>(ref EventContext context, EvaluationScratch scratch, ref T sink, MatchProfile profile)
        where T : struct, IMatchSink, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(profile);
        var type = context.Event.Type;
        if (!EventSchema.IsKnown(type) || _programs[(int)type] is not { } program || profile.Of(type) is not { } times)
        {
            Match(ref context, scratch, ref sink);
            return;
        }
        Ask(program, ref context, scratch, ref sink, times);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ask<T, TObserver>(TypeProgram program, ref EventContext context, EvaluationScratch scratch, ref T sink, TObserver observer)
        where T : struct, IMatchSink, allows ref struct
        where TObserver : struct, IStepObserver
    {
        scratch.Enter(ref context, this);
        scratch.Descriptor = program.UsesDescriptor ? DescriptorMemory.Of(ref context, this) : null;
        program.Match(ref context, scratch, ref sink, observer);
    }

    /// <summary>An empty profile for one worker.</summary>
    public MatchProfile NewProfile() => new([.. _programs.Select(static (program, type) => program is null ? null : new ProgramProfile((EventType)type, program))], _conditions);

    private void MatchRare<T>(ref EventContext context, EvaluationScratch scratch, ref T sink)
        where T : struct, IMatchSink, allows ref struct
    {
        scratch.Enter(ref context);
        foreach (var (number, root) in _rare)
            if (root.Evaluate(ref context, scratch) && !sink.OnMatch(number, ref context, scratch)) return;
    }

    internal ProcessMemory NewProcessMemory() => new(this, _processSlots, ProgramCount, _maskWords);

    internal DescriptorMemory NewDescriptorMemory() => new(this, _descriptorSlots, ProgramCount, _descriptorWords);
}
