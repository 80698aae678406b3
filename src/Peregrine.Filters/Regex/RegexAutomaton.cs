namespace Peregrine.Filters;

/// <summary>
/// The deterministic automaton of a program, made state by state as texts need it. Each byte of a text costs one look-up once its state is known, and at most one pass over the program when it is not,
/// so time is linear in the text whatever the pattern. When the states outgrow their budget they are all forgotten.
/// </summary>
/// <remarks>May be used by several threads: states are immutable but for their transitions, which only ever change from unknown to known; new ones are made under a lock.</remarks>
internal sealed class RegexAutomaton
{
    private const int BudgetBytes = 4 * 1024 * 1024;
    private readonly RegexInstruction[] _program;
    private readonly byte[] _classOf = new byte[256];
    private readonly int _classes;
    private readonly Lock _lock = new();
    private readonly RegexSubset _subset;
    private readonly int _first;
    private Dictionary<StateKey, State> _states = [];
    private long _bytes;
    private volatile State _start;

    public RegexAutomaton(RegexProgram program)
    {
        _program = program.Instructions;
        _first = program.Start;
        _classes = Classify();
        _subset = new RegexSubset(_program);
        _start = MakeStart();
    }

    /// <summary>Whether the whole text matches.</summary>
    public bool Matches(ReadOnlySpan<byte> text)
    {
        var state = _start;
        var classOf = _classOf;
        foreach (var b in text)
        {
            state = state.Next[classOf[b]] ?? Step(state, b);
            if (state.IsDead) return false;
        }
        return state.Accepts;
    }

    private State Step(State from, byte b)
    {
        lock (_lock)
        {
            // A line feed ends the line before it is taken.
            var next = Make(b == '\n' && from.HasLineEnd ? _subset.AtLineEnd(from.Set, from.IsLineStart) : from.Set, b);
            Volatile.Write(ref from.Next[_classOf[b]], next);
            return next;
        }
    }

    private State Make(int[] set, byte b)
    {
        var isLineStart = b == '\n';
        return Find(_subset.After(set, b, isLineStart), isLineStart);
    }

    private State MakeStart() => Find(_subset.From(_first, isLineStart: true), isLineStart: true);

    private State Find(int[] set, bool isLineStart)
    {
        var key = new StateKey(set, isLineStart);
        if (_states.TryGetValue(key, out var known)) return known;
        if (_bytes > BudgetBytes)
        {
            _states = [];
            _bytes = 0;
            _start = MakeStart();
        }
        var hasLineEnd = set.Any(i => _program[i].Op == RegexOp.LineEnd);
        var accepts = (hasLineEnd ? _subset.AtLineEnd(set, isLineStart) : set).Any(i => _program[i].Op == RegexOp.Match);
        var state = new State(set, isLineStart, hasLineEnd, accepts, _classes);
        _states[key] = state;
        _bytes += 128 + 8L * _classes + 4L * set.Length;
        return state;
    }

    /// <summary>Numbers the bytes so that those which no instruction tells apart share a number. The line feed has its own.</summary>
    private int Classify()
    {
        var starts = new bool[257];
        starts['\n'] = starts['\n' + 1] = true;
        foreach (var i in _program)
        {
            if (i.Op != RegexOp.Byte || i.Low > i.High) continue;
            starts[i.Low] = starts[i.High + 1] = true;
        }
        var count = 0;
        for (var b = 0; b < 256; b++)
        {
            if (b > 0 && starts[b]) count++;
            _classOf[b] = (byte)count;
        }
        return count + 1;
    }

    private sealed class State(int[] set, bool isLineStart, bool hasLineEnd, bool accepts, int classes)
    {
        public readonly State?[] Next = new State?[classes];

        public int[] Set => set;

        public bool IsLineStart => isLineStart;

        public bool HasLineEnd => hasLineEnd;

        public bool Accepts => accepts;

        public bool IsDead => set.Length == 0;
    }

    private readonly record struct StateKey(int[] Set, bool IsLineStart)
    {
        public bool Equals(StateKey other) => IsLineStart == other.IsLineStart && Set.AsSpan().SequenceEqual(other.Set);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(IsLineStart);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Set.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
