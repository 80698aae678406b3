namespace Peregrine.Filters;

/// <summary>A set of code points, collected as ranges.</summary>
internal sealed class RuneSet
{
    public const int MaxRune = 0x10FFFF;
    private readonly List<(int Low, int High)> _ranges = [];

    public static RuneSet Of(int rune)
    {
        var set = new RuneSet();
        set.Add(rune, rune);
        return set;
    }

    /// <summary>What the dot stands for: anything but a line feed.</summary>
    public static RuneSet Dot { get; } = Of('\n').Negated();

    /// <summary>Sorted, apart from each other.</summary>
    public IReadOnlyList<(int Low, int High)> Ranges => _ranges;

    public void Add(int low, int high)
    {
        // Most sets are written in order, so the place is nearly always the end.
        var at = _ranges.Count;
        while (at > 0 && _ranges[at - 1].High >= low - 1) at--;
        var end = at;
        while (end < _ranges.Count && _ranges[end].Low <= high + 1)
        {
            low = Math.Min(low, _ranges[end].Low);
            high = Math.Max(high, _ranges[end].High);
            end++;
        }
        _ranges.RemoveRange(at, end - at);
        _ranges.Insert(at, (low, high));
    }

    /// <summary>Adds what a POSIX class stands for, or everything else.</summary>
    public void AddClass(Func<char, bool> members, bool negated)
    {
        for (var c = 0; c < 128; c++)
            if (members((char)c) != negated) Add(c, c);
        if (negated) Add(128, MaxRune);
    }

    public RuneSet Negated()
    {
        var set = new RuneSet();
        var next = 0;
        foreach (var (low, high) in _ranges)
        {
            if (low > next) set._ranges.Add((next, low - 1));
            next = high + 1;
        }
        if (next <= MaxRune) set._ranges.Add((next, MaxRune));
        return set;
    }
}
