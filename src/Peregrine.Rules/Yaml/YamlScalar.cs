using System.Globalization;

namespace Peregrine.Rules.Yaml;

/// <summary>What a scalar means as a boolean or a number.</summary>
internal static class YamlScalar
{
    private static readonly string[][] Booleans = [["y", "n"], ["yes", "no"], ["true", "false"], ["on", "off"]];

    /// <summary><c>y yes true on</c> and their opposites, in lower case, upper case or with a capital first letter.</summary>
    public static bool TryBool(string text, out bool value)
    {
        value = false;
        if (!HasPlainCase(text)) return false;
        foreach (var pair in Booleans)
        {
            value = text.Equals(pair[0], StringComparison.OrdinalIgnoreCase);
            if (value || text.Equals(pair[1], StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>An unsigned 32-bit number: decimal, <c>0x</c> hexadecimal, or octal with a leading zero; blanks may follow.</summary>
    public static bool TryUint(string text, out uint value)
    {
        value = 0;
        var digits = text.AsSpan().TrimEnd(" \t\n\v\f\r");
        if (digits.StartsWith("+")) digits = digits[1..];
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0])) return false;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return uint.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (digits[0] != '0' || digits.Length == 1)
            return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        ulong octal = 0;
        foreach (var c in digits)
        {
            if (c is < '0' or > '7') return false;
            octal = (octal << 3) | (uint)(c - '0');
            if (octal > uint.MaxValue) return false;
        }
        value = (uint)octal;
        return true;
    }

    private static bool HasPlainCase(string text)
    {
        if (text.Length == 0) return false;
        var rest = text.AsSpan(1);
        var lowerRest = rest.IndexOfAnyExceptInRange('a', 'z') < 0;
        if (char.IsAsciiLetterLower(text[0])) return lowerRest;
        return char.IsAsciiLetterUpper(text[0]) && (lowerRest || rest.IndexOfAnyExceptInRange('A', 'Z') < 0);
    }
}
