namespace Peregrine.Containers.Engines;

/// <summary>What happened at one socket, for metrics. Counts only grow.</summary>
public sealed class EngineCounters
{
    private long _lookups;
    private long _unknown;
    private long _failures;
    private long _timeouts;
    private long _microseconds;
    private long _longest;
    private long _events;
    private long _connects;

    /// <summary>Questions asked.</summary>
    public long Lookups => Interlocked.Read(ref _lookups);

    /// <summary>Of those, how many were about containers that the engine does not know.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>Of those, how many had no answer, or none that makes sense.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Of the failures, how many because the time was over.</summary>
    public long Timeouts => Interlocked.Read(ref _timeouts);

    /// <summary>Events that the engine reported.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>How often the engine was reached anew.</summary>
    public long Connects => Interlocked.Read(ref _connects);

    /// <summary>All time between questions and answers.</summary>
    public TimeSpan Time => TimeSpan.FromMicroseconds(Interlocked.Read(ref _microseconds));

    public TimeSpan LongestTime => TimeSpan.FromMicroseconds(Interlocked.Read(ref _longest));

    internal void CountLookup(TimeSpan time, bool known)
    {
        Interlocked.Increment(ref _lookups);
        if (!known) Interlocked.Increment(ref _unknown);
        var microseconds = (long)time.TotalMicroseconds;
        Interlocked.Add(ref _microseconds, microseconds);
        for (var longest = LongestMicroseconds(); microseconds > longest;)
        {
            var seen = Interlocked.CompareExchange(ref _longest, microseconds, longest);
            if (seen == longest) return;
            longest = seen;
        }
    }

    internal void CountFailure(bool isTimeout)
    {
        Interlocked.Increment(ref _lookups);
        Interlocked.Increment(ref _failures);
        if (isTimeout) Interlocked.Increment(ref _timeouts);
    }

    internal void CountEvent() => Interlocked.Increment(ref _events);

    internal void CountConnect() => Interlocked.Increment(ref _connects);

    private long LongestMicroseconds() => Interlocked.Read(ref _longest);
}
