using System.Buffers;

namespace Peregrine.Rules;

/// <summary>Which names the grammar of conditions can refer to.</summary>
internal static class ItemNames
{
    private static readonly SearchValues<char> NotInListNames = SearchValues.Create("()\"' \t\n\v\f\r=,");

    public static bool IsListName(string name) => name.Length > 0 && name.AsSpan().IndexOfAny(NotInListNames) < 0;

    public static bool IsMacroName(string name)
    {
        if (name.Length == 0 || !char.IsAsciiLetter(name[0])) return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }
}
