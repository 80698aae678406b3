using System.Globalization;
using Peregrine.Kernel;
using Peregrine.Sensor.Configuration;

namespace Peregrine.Sensor.Engine;

/// <summary>Looks once a second of event time whether the kernel dropped events, and acts as <c>syscall_event_drops</c> says: log, alert, exit; not more often than its rate allows.</summary>
public sealed class DropMonitor
{
    private const ulong Second = 1_000_000_000;

    private readonly Func<KernelStatistics> _counts;
    private readonly Action<DropActions, ulong, ulong, KernelStatistics> _act;
    private readonly Action<bool, string> _say;
    private DropOptions _options;
    private TokenBucket _bucket;
    private ulong _next;
    private KernelStatistics _last;

    /// <param name="options">What to do, from which share on, how often.</param>
    /// <param name="counts">The counts up to now.</param>
    /// <param name="act">Does it: the actions, the time, how many were dropped, and what was counted since the last look.</param>
    /// <param name="say">Is told what the operator may want to read; true for what only debugging needs.</param>
    public DropMonitor(DropOptions options, Func<KernelStatistics> counts, Action<DropActions, ulong, ulong, KernelStatistics> act, Action<bool, string>? say = null)
    {
        (_options, _counts, _act, _say) = (options, counts, act, say ?? ((_, _) => { }));
        _bucket = new TokenBucket(options.Rate, options.MaxBurst);
        _last = counts();
    }

    /// <summary>The name of the internal alert.</summary>
    public const string RuleName = "Falco internal: syscall event drop";

    /// <summary>Seconds in which a greater share than the threshold was dropped.</summary>
    public int Occurrences { get; private set; }

    public int ActionsTaken { get; private set; }

    /// <summary>Called before anything is done.</summary>
    public Action? BeforeActing { get; set; }

    public static string Message(ulong dropped) => string.Create(CultureInfo.InvariantCulture, $"{RuleName}. {dropped} system calls dropped in last second.");

    /// <summary>Goes on with other options; a changed rate begins with a full bucket.</summary>
    public void Change(DropOptions options)
    {
        if ((options.Rate, options.MaxBurst) != (_options.Rate, _options.MaxBurst)) _bucket = new TokenBucket(options.Rate, options.MaxBurst);
        _options = options;
    }

    /// <summary>To be called for each event; nearly always only a comparison.</summary>
    public void OnEvent(ulong time)
    {
        if (time > _next) Check(time);
    }

    private void Check(ulong time)
    {
        var first = _next == 0;
        _next = time + Second;
        if (first) return;
        var now = _counts();
        var delta = now.Since(_last);
        _last = now;
        var dropped = delta.Dropped;
        if (_options.Simulate)
        {
            _say(false, "Simulating syscall event drop");
            dropped++;
        }
        // Drops without a single event are the worst of all: an infinite share.
        if (dropped == 0 || (double)dropped / delta.Generated <= (_options.Simulate ? 0 : _options.Threshold)) return;
        Occurrences++;
        if (!_bucket.TryTake(time))
        {
            _say(true, "Syscall event drop but token bucket depleted, skipping actions");
            return;
        }
        ActionsTaken++;
        BeforeActing?.Invoke();
        _act(_options.Actions, time, dropped, delta);
    }
}
