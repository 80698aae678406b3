using System.Runtime.CompilerServices;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>What a set of conditions has found out about an entry of the state. Hangs on the entry; how long it is good, those know who derive from it.</summary>
internal abstract class AnswerMemory
{
    /// <summary>Not the set itself: after a reload an entry that nobody asks about would keep the former rules alive.</summary>
    private readonly object _owner;

    private readonly ulong[] _prepared;

    /// <summary>A bit for each remembered part: whether its answer is known.</summary>
    private readonly ulong[] _known;

    /// <summary>The answers.</summary>
    private readonly ulong[] _values;

    /// <param name="owner">The set; for another one the memory is worth nothing.</param>
    /// <param name="slots">How many answers may be remembered.</param>
    /// <param name="programs">How many programs the set has.</param>
    /// <param name="maskWords">Words of all programs' masks together.</param>
    protected AnswerMemory(ConditionSet owner, int slots, int programs, int maskWords)
    {
        _owner = owner.Identity;
        _known = new ulong[(slots + 63) / 64];
        _values = new ulong[_known.Length];
        Excluded = new ulong[maskWords];
        _prepared = new ulong[(programs + 63) / 64];
    }

    /// <summary>The conditions that the entry rules out, one mask after the other for the event types: see <see cref="TypeProgram"/>.</summary>
    public ulong[] Excluded { get; }

    /// <summary>The part's answer, asked for once and remembered in its slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Ask(PredicateNode part, int slot, ref EventContext context, EvaluationScratch scratch)
    {
        var (word, bit) = (slot >> 6, 1UL << slot);
        if ((_known[word] & bit) != 0) return (_values[word] & bit) != 0;
        var holds = part.Evaluate(ref context, scratch);
        _known[word] |= bit;
        if (holds) _values[word] |= bit;
        return holds;
    }

    public bool BelongsTo(ConditionSet owner) => ReferenceEquals(_owner, owner.Identity);

    /// <summary>Whether the program has already looked at the entry's fields.</summary>
    public bool IsPrepared(int program) => (_prepared[program >> 6] & 1UL << program) != 0;

    public void SetPrepared(int program) => _prepared[program >> 6] |= 1UL << program;

    /// <summary>Something changed that answers may depend on.</summary>
    protected void Forget()
    {
        Array.Clear(_known);
        Array.Clear(_values);
        Array.Clear(Excluded);
        Array.Clear(_prepared);
    }
}
