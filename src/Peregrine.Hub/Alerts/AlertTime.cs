using System.Globalization;

namespace Peregrine.Hub.Alerts;

/// <summary>RFC 3339 times with nanoseconds, which the framework's own types cut to 100 ns.</summary>
internal static class AlertTime
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // Years that fit 64-bit nanoseconds; years outside are refused rather than wrapped.
    private const int FirstYear = 1970;
    private const int LastYear = 2261;

    public static string Format(long unixNanoseconds)
    {
        var (seconds, nanoseconds) = Math.DivRem(unixNanoseconds, NanosecondsPerSecond);
        Span<char> text = stackalloc char["yyyy-MM-ddTHH:mm:ss.nnnnnnnnnZ".Length];
        DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.TryFormat(text, out var length, "s", CultureInfo.InvariantCulture);
        if (nanoseconds > 0)
        {
            text[length++] = '.';
            nanoseconds.TryFormat(text[length..], out var digits, "D9", CultureInfo.InvariantCulture);
            length += digits;
            while (text[length - 1] == '0') length--;
        }
        text[length++] = 'Z';
        return new string(text[..length]);
    }

    /// <summary>Reads RFC 3339 with any offset, any number of fraction digits (those below a nanosecond are cut).</summary>
    public static bool TryParse(string text, out long unixNanoseconds)
    {
        unixNanoseconds = 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var rest = text;
        long fraction = 0;
        if (dot >= 0)
        {
            var end = dot + 1;
            long unit = NanosecondsPerSecond / 10;
            for (; end < text.Length && char.IsAsciiDigit(text[end]); end++, unit /= 10) fraction += (text[end] - '0') * unit;
            if (end == dot + 1) return false;
            rest = string.Concat(text.AsSpan(0, dot), text.AsSpan(end));
        }
        // The sensor's ISO form has an offset without a colon, which "zzz" does not read.
        if (rest.Length > 5 && rest[^5] is '+' or '-') rest = rest[..^2] + ":" + rest[^2..];
        if (!DateTimeOffset.TryParseExact(rest, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var whole)) return false;
        if (whole.UtcDateTime.Year is < FirstYear or > LastYear) return false;
        unixNanoseconds = whole.ToUnixTimeSeconds() * NanosecondsPerSecond + fraction;
        return unixNanoseconds > 0;
    }
}
