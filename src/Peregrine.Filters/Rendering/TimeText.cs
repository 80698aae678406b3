using System.Globalization;

namespace Peregrine.Filters.Rendering;

/// <summary>Points in time as text. Times are nanoseconds since the epoch; local time is that of the machine that prints.</summary>
public static class TimeText
{
    private const ulong Second = 1_000_000_000;

    /// <summary><c>HH:MM:SS</c>, local.</summary>
    public static void AppendClock(ValueBuffer text, ulong time, bool fraction) => AppendClock(text, Local(time), time, fraction);

    /// <summary><c>YYYY-MM-DD HH:MM:SS</c>, local.</summary>
    public static void AppendDateTime(ValueBuffer text, ulong time, bool fraction)
    {
        var local = Local(time);
        AppendDate(text, local);
        text.Append((byte)' ');
        AppendClock(text, local, time, fraction);
    }

    /// <summary><c>YYYY-MM-DDTHH:MM:SS.nnnnnnnnn+0000</c>, UTC.</summary>
    public static void AppendIso8601(ValueBuffer text, ulong time)
    {
        var utc = Utc(time);
        AppendDate(text, utc);
        text.Append((byte)'T');
        AppendClock(text, utc, time, fraction: true);
        text.Append("+0000"u8);
    }

    /// <summary>A duration in seconds with as many digits as C's <c>%g</c> prints, and <c>s</c>: <c>0.5s</c>, <c>1e-09s</c>.</summary>
    public static void AppendSeconds(ValueBuffer text, ulong nanoseconds)
    {
        Span<byte> digits = stackalloc byte[32];
        var seconds = nanoseconds / 1e9;
        seconds.TryFormat(digits, out var written, seconds is 0 or >= 1e-4 ? "G6" : "0.#####e+00", CultureInfo.InvariantCulture);
        for (var i = 0; i < written; i++) text.Append(digits[i] == (byte)'E' ? (byte)'e' : digits[i]);
        text.Append((byte)'s');
    }

    private static DateTime Utc(ulong time) => DateTime.UnixEpoch.AddTicks((long)(time / 100 % long.MaxValue) is var ticks && ticks < MaxTicks ? ticks : MaxTicks);

    private static long MaxTicks => (DateTime.MaxValue - DateTime.UnixEpoch).Ticks - TimeSpan.TicksPerDay;

    private static DateTime Local(ulong time)
    {
        var utc = Utc(time);
        return utc + TimeZoneInfo.Local.GetUtcOffset(utc);
    }

    private static void AppendDate(ValueBuffer text, DateTime date)
    {
        NumberText.AppendTwo(text, date.Year / 100);
        NumberText.AppendTwo(text, date.Year % 100);
        text.Append((byte)'-');
        NumberText.AppendTwo(text, date.Month);
        text.Append((byte)'-');
        NumberText.AppendTwo(text, date.Day);
    }

    private static void AppendClock(ValueBuffer text, DateTime date, ulong time, bool fraction)
    {
        NumberText.AppendTwo(text, date.Hour);
        text.Append((byte)':');
        NumberText.AppendTwo(text, date.Minute);
        text.Append((byte)':');
        NumberText.AppendTwo(text, date.Second);
        if (!fraction) return;
        text.Append((byte)'.');
        NumberText.AppendPadded(text, (long)(time % Second));
    }
}
