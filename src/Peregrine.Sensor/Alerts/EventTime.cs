using System.Buffers;
using System.Globalization;
using System.Text;

namespace Peregrine.Sensor.Alerts;

/// <summary>The forms in which an alert shows the time of its event.</summary>
/// <param name="zone">The zone of times of day; ISO times are UTC.</param>
public sealed class EventTime(TimeZoneInfo zone)
{
    private const long NanosecondsPerTick = 100;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary><c>HH:MM:SS.nnnnnnnnn</c></summary>
    public void WriteTimeOfDay(IBufferWriter<byte> output, ulong time) =>
        Write(output, TimeZoneInfo.ConvertTime(Utc(time), zone), "HH:mm:ss", time, "");

    /// <summary><c>YYYY-MM-DDTHH:MM:SS.nnnnnnnnn</c> and the suffix.</summary>
    public static void WriteIso(IBufferWriter<byte> output, ulong time, string suffix) =>
        Write(output, Utc(time), "yyyy-MM-dd'T'HH:mm:ss", time, suffix);

    private static void Write(IBufferWriter<byte> output, DateTimeOffset at, string format, ulong time, string suffix)
    {
        Span<char> text = stackalloc char[64];
        at.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        text[length++] = '.';
        (time % NanosecondsPerSecond).TryFormat(text[length..], out _, "000000000", CultureInfo.InvariantCulture);
        length += 9;
        suffix.CopyTo(text[length..]);
        length += suffix.Length;
        Span<byte> bytes = stackalloc byte[64];
        output.Write(bytes[..Encoding.ASCII.GetBytes(text[..length], bytes)]);
    }

    /// <summary>A time past the calendar's end (a corrupt record) is shown as that end.</summary>
    private static DateTimeOffset Utc(ulong time)
    {
        var ticks = Math.Min(time / (ulong)NanosecondsPerTick, (ulong)(DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks - TimeSpan.TicksPerDay));
        return new DateTimeOffset(DateTime.UnixEpoch.Ticks + (long)ticks, TimeSpan.Zero);
    }
}
