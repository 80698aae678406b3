using System.Buffers;
using System.Globalization;

namespace Peregrine.Hub.Configuration;

/// <summary>Reads lengths of time: a number with a unit (<c>500ms</c>, <c>30s</c>, <c>1h30m</c>, <c>7d</c>), or whole seconds.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("us", 0.001), ("µs", 0.001), ("ns", 0.000001), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> NumberDigits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return Bounded(seconds * 1000.0, out duration);
        double total = 0;
        var rest = text.AsSpan();
        if (rest.IsEmpty) return false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberDigits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            var unit = (letters < 0 ? rest : rest[..letters]).ToString();
            var scale = Array.Find(Units, u => u.Unit == unit).Milliseconds;
            if (scale == 0) return false;
            total += number * scale;
            rest = rest[unit.Length..];
        }
        return Bounded(total, out duration);
    }

    private static bool Bounded(double milliseconds, out TimeSpan duration)
    {
        // A hundred years: more is a mistake, and the framework's own timers take less.
        const double Most = 36_500.0 * 86_400_000;
        duration = milliseconds <= Most ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;
        return milliseconds <= Most;
    }
}
