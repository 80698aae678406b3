using System.Globalization;
using System.Text;

namespace Peregrine.Hub.Templates;

/// <summary>What <c>printf</c> does with <c>%v %s %q %d %f %t %x %c %%</c>, width, precision and the flags <c>-</c>, <c>0</c> and <c>+</c>.</summary>
internal static class TemplateFormat
{
    // A width from a hostile template must not fill the memory.
    private const int MaxWidth = 10_000;

    public static string Format(string format, ReadOnlySpan<object?> arguments)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }
            var flags = Take(format, ref i, "-+# 0");
            var width = Number(format, ref i);
            int? precision = null;
            if (i + 1 < format.Length && format[i + 1] == '.')
            {
                i++;
                precision = Number(format, ref i) ?? 0;
            }
            if (++i >= format.Length)
            {
                text.Append("%!(NOVERB)");
                break;
            }
            if (format[i] == '%') text.Append('%');
            else if (next >= arguments.Length) text.Append("%!").Append(format[i]).Append("(MISSING)");
            else text.Append(Pad(One(format[i], arguments[next++], flags, precision), flags, width ?? 0));
        }
        if (next < arguments.Length) text.Append("%!(EXTRA ").AppendJoin(", ", arguments[next..].ToArray().Select(TemplateValues.Print)).Append(')');
        return text.ToString();
    }

    private static string One(char verb, object? value, string flags, int? precision)
    {
        var text = TemplateValues.Print(value);
        var sign = flags.Contains('+', StringComparison.Ordinal) && value is TemplateNumber { Value: >= 0 } ? "+" : "";
        switch (verb)
        {
            case 'v' or 's' or 't' or 'd':
                if (verb == 's' && precision is { } most && text.Length > most) text = text[..most];
                return sign + text;
            case 'q':
                return "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
            case 'f' or 'g' or 'e' when value is TemplateNumber number:
                return sign + number.Value.ToString((verb == 'e' ? "e" : "F") + Math.Min(precision ?? 6, 30).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            case 'x' or 'X':
                var hex = value is TemplateNumber { IsInteger: true } integer ? ((long)integer.Value).ToString("x", CultureInfo.InvariantCulture) : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
                return verb == 'X' ? hex.ToUpperInvariant() : hex;
            case 'c' when value is TemplateNumber { Value: >= 0 and < 0x110000 } code && Rune.IsValid((int)code.Value):
                return new Rune((int)code.Value).ToString();
            default:
                return $"%!{verb}({text})";
        }
    }

    private static string Pad(string text, string flags, int width)
    {
        if (flags.Contains('-', StringComparison.Ordinal)) return text.PadRight(width);
        return flags.Contains('0', StringComparison.Ordinal) ? text.PadLeft(width, '0') : text.PadLeft(width);
    }

    private static string Take(string format, ref int at, string any)
    {
        var start = at + 1;
        while (at + 1 < format.Length && any.Contains(format[at + 1], StringComparison.Ordinal)) at++;
        return format[start..(at + 1)];
    }

    private static int? Number(string format, ref int at)
    {
        var start = at + 1;
        while (at + 1 < format.Length && char.IsAsciiDigit(format[at + 1])) at++;
        return start > at ? null : int.TryParse(format.AsSpan(start, at + 1 - start), CultureInfo.InvariantCulture, out var number) ? Math.Min(number, MaxWidth) : MaxWidth;
    }
}
