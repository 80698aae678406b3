namespace Peregrine.Filters;

/// <summary>Bracket expressions.</summary>
internal static class RegexBracket
{
    /// <summary>Reads the expression that begins at the place and steps over it.</summary>
    public static RuneSet Read(string pattern, ref int at)
    {
        var start = at++;
        var set = new RuneSet();
        var negated = at < pattern.Length && pattern[at] == '^';
        if (negated) at++;
        for (var first = true; at < pattern.Length && (pattern[at] != ']' || first); first = false)
        {
            // A hyphen may stand first or last or behind a range only.
            if (pattern[at] == '-' && !first && (at + 1 == pattern.Length || pattern[at + 1] != ']'))
            {
                var from = at++;
                if (at < pattern.Length) RegexEscape.ReadRune(pattern, ref at);
                throw new RegexSyntaxException("invalid character class range", pattern[from..at]);
            }
            if (!TryReadClass(pattern, ref at, set)) ReadRange(pattern, ref at, start, set);
        }
        if (at >= pattern.Length) throw new RegexSyntaxException("missing ]", pattern[start..]);
        at++;
        return negated ? set.Negated() : set;
    }

    private static void ReadRange(string pattern, ref int at, int start, RuneSet set)
    {
        var from = at;
        var low = ReadOne(pattern, ref at, start);
        var high = low;
        if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            high = ReadOne(pattern, ref at, start);
            if (high < low) throw new RegexSyntaxException("invalid character class range", pattern[from..at]);
        }
        set.Add(low, high);
    }

    private static int ReadOne(string pattern, ref int at, int start)
    {
        if (at >= pattern.Length) throw new RegexSyntaxException("missing ]", pattern[start..]);
        return pattern[at] == '\\' ? RegexEscape.Read(pattern, ref at) : RegexEscape.ReadRune(pattern, ref at);
    }

    private static bool TryReadClass(string pattern, ref int at, RuneSet set)
    {
        if (at + 2 >= pattern.Length || pattern[at] != '[' || pattern[at + 1] != ':') return false;
        var end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
        if (end < 0) return false;
        var name = pattern[(at + 2)..end];
        var negated = name.StartsWith('^');
        if (AsciiClasses.Find(negated ? name[1..] : name) is not { } members)
            throw new RegexSyntaxException("invalid character class range", pattern[at..(end + 2)]);
        set.AddClass(members, negated);
        at = end + 2;
        return true;
    }
}
