namespace Peregrine.Filters;

/// <summary>Counts in braces: <c>{n}</c>, <c>{n,}</c>, <c>{n,m}</c>. Anything else in braces stands for itself.</summary>
internal static class RegexCount
{
    public static bool TryRead(string pattern, int start, out int min, out int max, out int length)
    {
        max = length = 0;
        var at = start + 1;
        if (!TryReadNumber(pattern, ref at, out min)) return false;
        max = min;
        if (at < pattern.Length && pattern[at] == ',')
        {
            at++;
            if (at < pattern.Length && pattern[at] == '}') max = RegexTree.Unbounded;
            else if (!TryReadNumber(pattern, ref at, out max)) return false;
        }
        if (at >= pattern.Length || pattern[at] != '}') return false;
        length = at + 1 - start;
        return true;
    }

    private static bool TryReadNumber(string pattern, ref int at, out int number)
    {
        number = 0;
        var start = at;
        while (at < pattern.Length && char.IsAsciiDigit(pattern[at]))
        {
            // Large ones are refused later; they only must not overflow.
            if (number < 100_000_000) number = number * 10 + (pattern[at] - '0');
            at++;
        }
        return at > start && (at == start + 1 || pattern[start] != '0');
    }
}
