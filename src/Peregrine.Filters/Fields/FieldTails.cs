using System.Globalization;
using System.Text;

namespace Peregrine.Filters.Fields;

/// <summary>Readers of field arguments that several fields share.</summary>
internal static class FieldTails
{
    /// <summary>The text between the brackets that <paramref name="tail"/> starts with.</summary>
    public static bool TryBrackets(string tail, out string text, out int consumed)
    {
        text = "";
        consumed = 0;
        if (!tail.StartsWith('[')) return false;
        var end = tail.IndexOf(']', StringComparison.Ordinal);
        if (end < 0) return false;
        text = Unquoted(tail[1..end]);
        consumed = end + 1;
        return true;
    }

    /// <summary>Nothing, or a number in brackets.</summary>
    public static bool OptionalIndex(string tail, out int consumed, out FieldArg arg)
    {
        consumed = 0;
        arg = FieldArg.None;
        if (!tail.StartsWith('[')) return true;
        if (!TryBrackets(tail, out var text, out consumed) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        arg = new() { Text = text, Utf8 = Encoding.UTF8.GetBytes(text), Index = index };
        return true;
    }

    /// <summary>Nothing, or a key in brackets; a key of digits only is also a number.</summary>
    public static bool OptionalKey(string tail, out int consumed, out FieldArg arg)
    {
        consumed = 0;
        arg = FieldArg.None;
        if (!tail.StartsWith('[')) return true;
        if (!TryBrackets(tail, out var text, out consumed)) return false;
        arg = new() { Text = text, Utf8 = Encoding.UTF8.GetBytes(text), Index = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1 };
        return true;
    }

    private static string Unquoted(string text) => text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
}
