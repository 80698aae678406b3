using System.Globalization;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>What was read and dropped so far, by reason.</summary>
public readonly record struct DropCounts(ulong Events, ulong Dropped);

/// <summary>Looks once a second of event time whether the kernel dropped events, and acts as <c>syscall_event_drops</c> says: log, alert, exit; not more often than its rate allows.</summary>
/// <param name="options">What to do, from which share on, how often.</param>
/// <param name="counts">The counts up to now.</param>
/// <param name="act">Does it: the actions, and the message.</param>
public sealed class DropMonitor(DropOptions options, Func<DropCounts> counts, Action<DropActions, ulong, DropCounts> act)
{
    private const ulong Second = 1_000_000_000;

    private readonly TokenBucket _bucket = new(options.Rate, options.MaxBurst);
    private ulong _next;
    private DropCounts _last;

    /// <summary>The name of the internal alert.</summary>
    public const string RuleName = "Falco internal: syscall event drop";

    /// <summary>Seconds in which events were dropped.</summary>
    public int Occurrences { get; private set; }

    public int ActionsTaken { get; private set; }

    public static string Message(ulong dropped) => string.Create(CultureInfo.InvariantCulture, $"{RuleName}. {dropped} system calls dropped in last second.");

    /// <summary>To be called for each event; nearly always only a comparison.</summary>
    public void OnEvent(ulong time)
    {
        if (time > _next) Check(time);
    }

    private void Check(ulong time)
    {
        var first = _next == 0;
        _next = time + Second;
        if (first)
        {
            _last = counts();
            return;
        }
        var now = counts();
        var delta = new DropCounts(now.Events - _last.Events, now.Dropped - _last.Dropped);
        _last = now;
        if (options.Simulate) delta = delta with { Dropped = delta.Dropped + 1 };
        if (delta.Dropped == 0) return;
        Occurrences++;
        // A second with drops and hardly any event is the worst of all: the share is then the number itself.
        var share = delta.Events == 0 ? delta.Dropped : (double)delta.Dropped / delta.Events;
        if (share <= options.Threshold && !options.Simulate) return;
        if (!_bucket.TryTake(time)) return;
        ActionsTaken++;
        act(options.Actions, time, delta);
    }
}
