namespace Peregrine.Rules;

/// <summary>Patterns for rule names: <c>*</c> stands for any text, everything else for itself.</summary>
public static class NamePattern
{
    /// <summary>
    /// Matches from left to right without looking back, as the reference does: what follows an asterisk is looked for at its first occurrence, so <c>*ab</c> does not match <c>abab</c>.
    /// </summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        while (true)
        {
            var star = pattern.IndexOf('*');
            if (star < 0) return pattern.SequenceEqual(name);
            if (!name.StartsWith(pattern[..star], StringComparison.Ordinal)) return false;
            name = name[star..];
            pattern = pattern[(star + 1)..].TrimStart('*');
            if (pattern.IsEmpty) return true;
            var literal = pattern[..(pattern.IndexOf('*') is var end && end < 0 ? pattern.Length : end)];
            var at = name.IndexOf(literal, StringComparison.Ordinal);
            if (at < 0) return false;
            name = name[at..];
        }
    }
}
