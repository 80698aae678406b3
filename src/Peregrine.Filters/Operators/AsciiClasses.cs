namespace Peregrine.Filters;

/// <summary>The named character classes of POSIX, for ASCII.</summary>
internal static class AsciiClasses
{
    public static Func<char, bool>? Find(string name) => name switch
    {
        "alnum" => char.IsAsciiLetterOrDigit,
        "alpha" => char.IsAsciiLetter,
        "ascii" => static c => c < 0x80,
        "blank" => static c => c is ' ' or '\t',
        "cntrl" => static c => c < 0x20 || c == 0x7f,
        "digit" => char.IsAsciiDigit,
        "graph" => static c => c is > ' ' and < (char)0x7f,
        "lower" => char.IsAsciiLetterLower,
        "print" => static c => c is >= ' ' and < (char)0x7f,
        "punct" => static c => c is > ' ' and < (char)0x7f && !char.IsAsciiLetterOrDigit(c),
        "space" => static c => c is ' ' or >= '\t' and <= '\r',
        "upper" => char.IsAsciiLetterUpper,
        "word" => static c => char.IsAsciiLetterOrDigit(c) || c == '_',
        "xdigit" => char.IsAsciiHexDigit,
        _ => null,
    };
}
