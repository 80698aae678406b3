using System.Text;

namespace Peregrine.Filters;

/// <summary>Quoting of texts in conditions.</summary>
internal static class ConditionText
{
    /// <summary>Reads the inside of a quoted text. A backslash before a blank stays and the blank goes, as in the reference.</summary>
    /// <exception cref="FormatException">An escape is not known; the message is the reference's.</exception>
    public static string Unescape(ReadOnlySpan<byte> inside, byte quote)
    {
        if (!inside.Contains((byte)'\\')) return Encoding.UTF8.GetString(inside);
        var text = new List<byte>(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            var c = inside[i];
            if (c == '\\' && i + 1 < inside.Length) c = Escape(inside[++i], quote);
            text.Add(c);
        }
        return Encoding.UTF8.GetString([.. text]);
    }

    private static byte Escape(byte c, byte quote) => c switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)' ' or (byte)'\\' => (byte)'\\',
        (byte)'/' => (byte)'/',
        (byte)'"' or (byte)'\'' when c == quote => c,
        (byte)'"' or (byte)'\'' => throw new FormatException($"invalid \\{(char)c} escape in {(char)quote}-quoted string"),
        _ => throw new FormatException($"unsupported string escape sequence: \\{(char)c}"),
    };

    /// <summary>The reference's way to show a text: quoted only when it holds a blank, a control character with an escape, <c>=</c>, a backslash or a quote. Not always readable by the parser.</summary>
    public static void AppendShown(StringBuilder target, string text)
    {
        if (text.AsSpan().IndexOfAny(ShownQuoted) < 0) target.Append(text);
        else AppendQuoted(target, text, trailingBackslashByBlank: false);
    }

    private static readonly System.Buffers.SearchValues<char> ShownQuoted = System.Buffers.SearchValues.Create("\b\f\n\r\t =\\\"'");

    /// <summary>A quoted text that the parser reads back as it was.</summary>
    public static void AppendQuoted(StringBuilder target, string text) => AppendQuoted(target, text, trailingBackslashByBlank: true);

    private static void AppendQuoted(StringBuilder target, string text, bool trailingBackslashByBlank)
    {
        target.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            // A quote behind a backslash never closes the text, so a final backslash cannot be written as two of them; backslash and blank stand for one as well.
            _ = text[i] switch
            {
                '\b' => target.Append("\\b"),
                '\f' => target.Append("\\f"),
                '\n' => target.Append("\\n"),
                '\r' => target.Append("\\r"),
                '\t' => target.Append("\\t"),
                '"' => target.Append("\\\""),
                '\\' when trailingBackslashByBlank && i == text.Length - 1 => target.Append("\\ "),
                '\\' => target.Append("\\\\"),
                var c => target.Append(c),
            };
        }
        target.Append('"');
    }

    /// <summary>Whether the text can stand as a value without quotes. A backspace can, but not at the start, where it is a blank.</summary>
    public static bool IsBare(string text) => text.Length > 0 && text.AsSpan().IndexOfAny(BareEnd) < 0;

    /// <summary>Whether the text can stand between brackets without quotes.</summary>
    public static bool IsBareArgument(string text) => text.Length > 0 && text.AsSpan().IndexOfAny(ArgumentEnd) < 0;

    private static readonly System.Buffers.SearchValues<char> BareEnd = System.Buffers.SearchValues.Create("\0\b()\"' \t\n\r\f\v=,");
    private static readonly System.Buffers.SearchValues<char> ArgumentEnd = System.Buffers.SearchValues.Create("\0[]\"' \t\n\r\f\v");
}
