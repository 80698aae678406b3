using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>What evaluating needs to write to. One per worker; not thread-safe.</summary>
public sealed class EvaluationScratch
{
    private ulong _event;
    private ulong[] _mask = [];
    private ulong[] _possible = [];
    private ConditionSet? _set;
    private ProgramOrder?[] _orders = [];

    /// <summary>Composed texts and lists of the event at hand.</summary>
    public ValueBuffer Buffer { get; } = new();

    /// <summary>Forgets the previous event's texts when another event comes. Events without a number count as another each time.</summary>
    internal void Enter(ref EventContext context)
    {
        if (context.Number == _event && _event != 0) return;
        _event = context.Number;
        Buffer.Reset();
    }

    /// <summary>What is remembered of the event's process; null while no set of conditions is asked, and for events without one.</summary>
    internal ProcessMemory? Process { get; private set; }

    /// <summary>What is remembered of the event's descriptor; null when it has none, it is new, or the event's type makes no use of it.</summary>
    internal DescriptorMemory? Descriptor { get; set; }

    /// <summary>Answers about the event at hand: in each slot the serial number of the event it is about, shifted left by one, and the answer in the lowest bit.</summary>
    internal ulong[] EventAnswers { get; private set; } = [];

    /// <summary>Counts the events that sets of conditions were asked about, from 1.</summary>
    internal ulong Serial { get; private set; }

    /// <summary>Begins with another event, for a set of conditions.</summary>
    internal void Enter(ref EventContext context, ConditionSet set)
    {
        Enter(ref context);
        Serial++;
        if (EventAnswers.Length < set.EventSlots) EventAnswers = new ulong[set.EventSlots];
        if (!ReferenceEquals(set, _set)) (_set, _orders) = (set, new ProgramOrder?[set.ProgramCount]);
        Process = ProcessMemory.Of(ref context, set);
    }

    /// <summary>The order in which this worker asks the program's steps.</summary>
    internal ProgramOrder Order(int index, TypeProgram program) => _orders[index] ??= new ProgramOrder(program);

    /// <summary>Space for a mask of so many words, with anything in it.</summary>
    internal Span<ulong> Mask(int words)
    {
        if (_mask.Length < words) _mask = new ulong[words];
        return _mask.AsSpan(0, words);
    }

    /// <summary>As <see cref="Mask"/>, another one.</summary>
    internal Span<ulong> Possible(int words)
    {
        if (_possible.Length < words) _possible = new ulong[words];
        return _possible.AsSpan(0, words);
    }

    /// <summary>Forgets all texts made for the event at hand.</summary>
    public void Reset()
    {
        _event = 0;
        Buffer.Reset();
    }
}
