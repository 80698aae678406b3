namespace Peregrine.Filters;

/// <summary>A parsed regular expression. There are no groups to capture: only whether the whole text matches is ever asked.</summary>
internal abstract class RegexTree
{
    /// <summary>What a repetition of a repetition may come to, as in RE2.</summary>
    public const int MaxRepeat = 1000;

    public const int Unbounded = -1;

    public virtual int Depth => 1;

    /// <summary>What is left of a budget of repetitions after the nested ones in here have divided it; 0 when they are too many.</summary>
    public virtual int RepeatBudget(int budget) => budget;
}

/// <summary>Matches between any two characters.</summary>
internal sealed class RegexEmpty : RegexTree
{
    public static RegexEmpty Instance { get; } = new();
}

/// <summary>The start of the text or of a line: POSIX syntax knows no other meaning of <c>^</c>.</summary>
internal sealed class RegexLineStart : RegexTree
{
    public static RegexLineStart Instance { get; } = new();
}

/// <summary>The end of the text or of a line.</summary>
internal sealed class RegexLineEnd : RegexTree
{
    public static RegexLineEnd Instance { get; } = new();
}

/// <summary>One character of a set.</summary>
internal sealed class RegexSet(RuneSet set) : RegexTree
{
    public RuneSet Set => set;
}

internal sealed class RegexSequence(RegexTree[] parts) : RegexTree
{
    public RegexTree[] Parts => parts;

    public override int Depth { get; } = 1 + parts.Max(p => p.Depth);

    public override int RepeatBudget(int budget) => parts.Min(p => p.RepeatBudget(budget));
}

internal sealed class RegexAlternatives(RegexTree[] parts) : RegexTree
{
    public RegexTree[] Parts => parts;

    public override int Depth { get; } = 1 + parts.Max(p => p.Depth);

    public override int RepeatBudget(int budget) => parts.Min(p => p.RepeatBudget(budget));
}

internal sealed class RegexRepeat(RegexTree part, int min, int max) : RegexTree
{
    public RegexTree Part => part;

    public int Min => min;

    public int Max => max;

    public override int Depth { get; } = 1 + part.Depth;

    /// <summary>One of <c>* + ?</c>, which stack without growing.</summary>
    public bool IsPlain => (min, max) is (0, Unbounded) or (1, Unbounded) or (0, 1);

    public override int RepeatBudget(int budget)
    {
        var times = max < 0 ? min : max;
        return part.RepeatBudget(times > 0 && !IsPlain ? budget / times : budget);
    }
}
