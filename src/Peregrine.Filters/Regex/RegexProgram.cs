namespace Peregrine.Filters;

/// <summary>What an instruction of an automaton does.</summary>
internal enum RegexOp : byte
{
    /// <summary>Takes a byte in a range and goes on at the first target.</summary>
    Byte,
    /// <summary>Goes on at both targets.</summary>
    Split,
    /// <summary>Goes on at the start of a line.</summary>
    LineStart,
    /// <summary>Goes on at the end of a line.</summary>
    LineEnd,
    Match,
}

internal record struct RegexInstruction(RegexOp Op, byte Low, byte High, int Target, int Other);

/// <summary>A nondeterministic automaton over bytes, built from a tree (Thompson's construction, from the end to the start).</summary>
internal sealed class RegexProgram
{
    /// <summary>The most instructions: about what RE2's default budget of memory allows.</summary>
    public const int MaxInstructions = 100_000;

    private readonly List<RegexInstruction> _instructions = [];

    private RegexProgram(RegexTree tree)
    {
        var match = Add(new RegexInstruction(RegexOp.Match, 0, 0, -1, -1));
        Start = Compile(tree, match);
        Instructions = [.. _instructions];
    }

    public RegexInstruction[] Instructions { get; }

    public int Start { get; }

    /// <exception cref="RegexSyntaxException">The automaton would be too large.</exception>
    public static RegexProgram Compile(RegexTree tree) => new(tree);

    /// <summary>Adds what matches the tree and goes on at <paramref name="next"/>; gives its first instruction.</summary>
    private int Compile(RegexTree tree, int next)
    {
        switch (tree)
        {
            case RegexSet set:
                return CompileSet(set.Set, next);
            case RegexSequence sequence:
                for (var i = sequence.Parts.Length - 1; i >= 0; i--) next = Compile(sequence.Parts[i], next);
                return next;
            case RegexAlternatives alternatives:
                var start = Compile(alternatives.Parts[^1], next);
                for (var i = alternatives.Parts.Length - 2; i >= 0; i--) start = Split(Compile(alternatives.Parts[i], next), start);
                return start;
            case RegexRepeat repeat:
                return CompileRepeat(repeat, next);
            case RegexLineStart:
                return Add(new RegexInstruction(RegexOp.LineStart, 0, 0, next, -1));
            case RegexLineEnd:
                return Add(new RegexInstruction(RegexOp.LineEnd, 0, 0, next, -1));
            default:
                return next;
        }
    }

    private int CompileRepeat(RegexRepeat repeat, int next)
    {
        if (repeat.Max == RegexTree.Unbounded)
        {
            var loop = Split(-1, next);
            _instructions[loop] = _instructions[loop] with { Target = Compile(repeat.Part, loop) };
            next = loop;
        }
        else
        {
            // Each optional copy may go past all that follow it.
            var end = next;
            for (var i = repeat.Min; i < repeat.Max; i++) next = Split(Compile(repeat.Part, next), end);
        }
        for (var i = 0; i < repeat.Min; i++) next = Compile(repeat.Part, next);
        return next;
    }

    private int CompileSet(RuneSet set, int next)
    {
        var start = -1;
        // Sequences with the same tail share it.
        var tails = new Dictionary<(byte, byte, int), int>();
        foreach (var (low, high) in set.Ranges)
        {
            Utf8Ranges.Split(low, high, bytes =>
            {
                var at = next;
                for (var i = bytes.Length - 1; i >= 0; i--)
                {
                    var key = (bytes[i].Low, bytes[i].High, at);
                    if (!tails.TryGetValue(key, out var known))
                        tails[key] = known = Add(new RegexInstruction(RegexOp.Byte, bytes[i].Low, bytes[i].High, at, -1));
                    at = known;
                }
                start = start < 0 ? at : Split(at, start);
            });
        }
        // An empty set matches nothing: a range without bytes.
        return start >= 0 ? start : Add(new RegexInstruction(RegexOp.Byte, 1, 0, next, -1));
    }

    private int Split(int target, int other) => Add(new RegexInstruction(RegexOp.Split, 0, 0, target, other));

    private int Add(RegexInstruction instruction)
    {
        if (_instructions.Count >= MaxInstructions) throw new RegexSyntaxException("pattern too large - compile failed");
        _instructions.Add(instruction);
        return _instructions.Count - 1;
    }
}
