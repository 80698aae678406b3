using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// Conditions that are asked together of each event: equal parts are shared, what the event's type decides is decided beforehand, and what depends on the process only is remembered until that changes.
/// The answers are those of asking every condition by itself. Immutable; one may serve several workers, each with a scratch and a state of its own.
/// </summary>
public sealed class ConditionSet
{
    private readonly TypeProgram?[] _programs;
    private readonly int _processSlots;
    private readonly int _maskWords;

    /// <param name="conditions">The conditions in the order in which matches are reported, each with the event types for which it may hold.</param>
    public ConditionSet(IReadOnlyList<(CompiledFilter Filter, IReadOnlyList<EventType> Types)> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        var graph = new ConditionGraph();
        var evaluators = new GraphEvaluators();
        var byType = new List<(int Number, GraphNode Residue)>?[EventSchema.Count];
        GraphNode[] roots = [.. conditions.Select(c => graph.Add(c.Filter.Root))];
        for (var type = 0; type < byType.Length; type++)
        {
            // Type by type, because the graph knows what is left for one type at a time.
            for (var i = 0; i < roots.Length; i++)
            {
                if (!conditions[i].Types.Contains((EventType)type)) continue;
                var residue = graph.Fold(roots[i], (EventType)type);
                if (ReferenceEquals(residue, graph.False)) continue;
                foreach (var term in ProgramParts.TermsOf(residue)) evaluators.Count(term);
                (byType[type] ??= []).Add((i, residue));
            }
        }
        var necessary = new NecessaryKeys();
        _programs = new TypeProgram?[byType.Length];
        for (var type = 0; type < byType.Length; type++)
        {
            if (byType[type] is not { } list) continue;
            _programs[type] = new TypeProgram(new ProgramParts(list, evaluators, necessary), ProgramCount++, _maskWords);
            _maskWords += TypeProgram.WordsFor(list.Count);
        }
        (_processSlots, EventSlots) = (evaluators.ProcessSlots, evaluators.EventSlots);
    }

    /// <summary>How many answers a scratch must have room for.</summary>
    internal int EventSlots { get; }

    /// <summary>How many event types have conditions.</summary>
    internal int ProgramCount { get; }

    /// <summary>Whether any condition may hold for events of this type.</summary>
    public bool Wants(EventType type) => (uint)type < (uint)_programs.Length && _programs[(int)type] is not null;

    /// <summary>Gives the sink each condition that holds, in order. Does not allocate but once per process.</summary>
    public void Match<T>(ref EventContext context, EvaluationScratch scratch, ref T sink)
        where T : struct, IMatchSink, allows ref struct
    {
        var type = (uint)context.Event.Type;
        if (type >= (uint)_programs.Length || _programs[type] is not { } program) return;
        scratch.Enter(ref context, this);
        program.Match(ref context, scratch, ref sink);
    }

    internal ProcessMemory NewMemory() => new(this, _processSlots, ProgramCount, _maskWords);
}
