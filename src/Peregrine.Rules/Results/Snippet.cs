using System.Text;

namespace Peregrine.Rules;

/// <summary>The line around a place, and a caret below the place.</summary>
internal static class Snippet
{
    /// <summary>At most so many bytes to each side of the place.</summary>
    private const int Reach = 80;

    private const string Nothing = "<No context available>\n";

    public static string Of(ReadOnlySpan<byte> text, int offset)
    {
        if (text.IsEmpty) return Nothing;
        // A place past the end, as a key without a value at the end of a file has: the last byte that is not a line break.
        var at = Math.Max(offset, 0);
        while (at > 0 && (at >= text.Length || text[at] == '\n')) at = Math.Min(at, text.Length) - 1;
        var from = at;
        while (from > 0 && text[from] != '\n' && at - from < Reach) from--;
        var to = at;
        while (to < text.Length - 1 && text[to] != '\n' && to - at < Reach) to++;
        if (text[from] == '\n') from++;
        if (text[to] == '\n') to--;
        if (to < from) return Nothing;
        var line = text[from..(to + 1)].ToArray();
        if (at - from >= Reach) "..."u8.CopyTo(line);
        if (to - at >= Reach) "..."u8.CopyTo(line.AsSpan(line.Length - 3));
        var caret = at >= from && at - from <= line.Length ? new string(' ', at - from) + "^\n" : "";
        return Encoding.UTF8.GetString(line) + "\n" + caret;
    }
}
