using System.Text;

namespace Peregrine.Filters;

/// <summary>Single characters of a pattern: themselves, or escaped.</summary>
internal static class RegexEscape
{
    /// <summary>The code point at the place, which is stepped over.</summary>
    public static int ReadRune(string pattern, ref int at)
    {
        if (!Rune.TryGetRuneAt(pattern, at, out var rune)) rune = Rune.ReplacementChar;
        at += rune == Rune.ReplacementChar ? 1 : rune.Utf16SequenceLength;
        return rune.Value;
    }

    /// <summary>The code point that the escape at the place stands for.</summary>
    public static int Read(string pattern, ref int at)
    {
        var start = at++;
        if (at >= pattern.Length) throw new RegexSyntaxException("trailing \\");
        var c = ReadRune(pattern, ref at);
        switch (c)
        {
            case >= '1' and <= '7' when at >= pattern.Length || pattern[at] is < '0' or > '7':
                throw Bad(pattern, start, at);
            case >= '0' and <= '7':
                return Octal(pattern, ref at, c - '0');
            case 'x':
                return Hex(pattern, start, ref at);
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'v':
                return '\v';
            default:
                if (c < 0x80 && !char.IsAsciiLetterOrDigit((char)c) && c != '_') return c;
                throw Bad(pattern, start, at);
        }
    }

    private static int Octal(string pattern, ref int at, int code)
    {
        for (var more = 0; more < 2 && at < pattern.Length && pattern[at] is >= '0' and <= '7'; more++) code = code * 8 + (pattern[at++] - '0');
        return code;
    }

    /// <summary>Two digits, or any number in braces.</summary>
    private static int Hex(string pattern, int start, ref int at)
    {
        if (at < pattern.Length && pattern[at] == '{')
        {
            var code = 0;
            var first = ++at;
            while (at < pattern.Length && char.IsAsciiHexDigit(pattern[at]))
            {
                code = code * 16 + Convert.ToInt32(pattern.Substring(at++, 1), 16);
                if (code > RuneSet.MaxRune) throw Bad(pattern, start, at);
            }
            if (at == first || at >= pattern.Length || pattern[at++] != '}') throw Bad(pattern, start, at);
            return code;
        }
        var end = Math.Min(at + 2, pattern.Length);
        if (end - at < 2 || !char.IsAsciiHexDigit(pattern[at]) || !char.IsAsciiHexDigit(pattern[at + 1])) throw Bad(pattern, start, end);
        at = end;
        return Convert.ToInt32(pattern[(end - 2)..end], 16);
    }

    private static RegexSyntaxException Bad(string pattern, int start, int end) =>
        new("invalid escape sequence", pattern[start..Math.Min(end, pattern.Length)]);
}
