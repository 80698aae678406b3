using System.Globalization;

namespace Peregrine.Sensor.Configuration;

/// <summary>Times and sizes as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>; <c>64MiB</c>, <c>100MB</c>, <c>1GiB</c>.</summary>
public static class Quantities
{
    private static readonly (string Unit, double Seconds)[] Times = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

    private static readonly (string Unit, double Bytes)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1e3), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1)];

    /// <summary>A time with its unit; one without a unit is in <paramref name="plainUnit"/> (seconds), or an error when that is 0.</summary>
    public static TimeSpan? Time(string text, double plainUnit = 0)
    {
        // More than a century is no time to wait; TimeSpan could not hold it either.
        return Parse(text, Times, plainUnit) is { } seconds && seconds <= 100 * 365.0 * 86_400 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>A size with its unit; a plain number is bytes.</summary>
    public static long? Size(string text) => Parse(text, Sizes, 1) is { } bytes && bytes <= long.MaxValue / 2 ? (long)bytes : null;

    private static double? Parse(string text, (string Unit, double Factor)[] units, double plainUnit)
    {
        text = text.Trim();
        var factor = plainUnit;
        foreach (var (unit, value) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            (text, factor) = (text[..^unit.Length].TrimEnd(), value);
            break;
        }
        return factor > 0 && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number * factor : null;
    }
}
