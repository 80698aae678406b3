using System.Text;

namespace Peregrine.Rules;

/// <summary>How list items and exception values become text of a condition. Only blanks make quotes; quotes inside are left as they are.</summary>
internal static class QuotedItems
{
    public static string Quote(string item) => item.Contains(' ') && item[0] is not ('"' or '\'') ? $"\"{item}\"" : item;

    public static void AppendQuoted(StringBuilder text, string item)
    {
        if (item.Contains(' ') && item[0] is not ('"' or '\'')) text.Append('"').Append(item).Append('"');
        else text.Append(item);
    }

    public static string Join(IEnumerable<string> items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            // An item that is empty leaves no trace, not even a comma, before the first that is not.
            if (text.Length > 0) text.Append(", ");
            AppendQuoted(text, item);
        }
        return text.ToString();
    }
}
