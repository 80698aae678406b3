using System.Diagnostics;
using System.Globalization;

namespace Peregrine.Sensor.Terminal;

/// <summary>
/// Tells on a terminal how far a long run over events is: percent where the end is known, events a second, the time that is left. Cheap to call often; shows nothing in the first half second,
/// and nothing at all without a terminal.
/// </summary>
/// <param name="line">The terminal's line; null for none.</param>
/// <param name="what">What is being done, such as <c>Replaying x.scap</c>.</param>
internal sealed class Progress(ProgressLine? line, string what) : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _next = First;
    private TimeSpan _lastTime;
    private ulong _lastEvents;

    public bool IsShown => line is not null;

    /// <param name="events">Events so far.</param>
    /// <param name="done">Bytes so far of <paramref name="all"/>; where that is not known, -1.</param>
    /// <param name="all">Bytes in all.</param>
    /// <param name="more">Whatever else is worth telling.</param>
    public void Show(ulong events, long done, long all, string more = "")
    {
        if (line is null) return;
        var now = Stopwatch.GetElapsedTime(_start);
        if (now < _next) return;
        _next = now + Interval;
        var rate = (events - _lastEvents) / (now - _lastTime).TotalSeconds;
        (_lastTime, _lastEvents) = (now, events);
        line.Draw(Text(now, events, rate, done, all) + more);
    }

    public void Dispose() => line?.Erase();

    private string Text(TimeSpan now, ulong events, double rate, long done, long all)
    {
        if (all <= 0 || done <= 0) return string.Create(CultureInfo.InvariantCulture, $"{what}: {events} events, {Rate(rate)}");
        var part = Math.Min(1, (double)done / all);
        var left = TimeSpan.FromSeconds(Math.Ceiling(now.TotalSeconds * (1 / part - 1)));
        return string.Create(CultureInfo.InvariantCulture, $"{what}: {Math.Floor(part * 100)} %, {Rate(rate)}, {Time(left)} left");
    }

    private static string Rate(double rate) => rate switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:0.0} M events/s"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e3:0} k events/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rate:0} events/s"),
    };

    private static string Time(TimeSpan time) => time.TotalMinutes < 1 ? $"{time.Seconds} s" : $"{(int)time.TotalMinutes} min {time.Seconds} s";
}
