namespace Peregrine.Sensor.Metrics;

/// <summary>How long it took from events to their alerts: counts by upper bound. One thread counts; others may read meanwhile and see each count as it was at some moment.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>Seconds. The drain interval is half a millisecond, so what lies below tells little.</summary>
    private static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _nanoseconds;

    /// <param name="nanoseconds">From the event to its alert; a clock that was set back gives less than nothing, which counts as nothing.</param>
    public void Add(long nanoseconds)
    {
        if (nanoseconds < 0) nanoseconds = 0;
        var bucket = 0;
        while (bucket < Bounds.Length && nanoseconds > Bounds[bucket] * 1e9) bucket++;
        Volatile.Write(ref _counts[bucket], _counts[bucket] + 1);
        Volatile.Write(ref _nanoseconds, _nanoseconds + nanoseconds);
    }

    /// <summary>Upper bounds in seconds, the last infinite, with how many took at most that long.</summary>
    public IReadOnlyList<(double Bound, long Count)> Cumulative()
    {
        var all = new (double, long)[_counts.Length];
        long sum = 0;
        for (var i = 0; i < all.Length; i++) all[i] = (i < Bounds.Length ? Bounds[i] : double.PositiveInfinity, sum += Volatile.Read(ref _counts[i]));
        return all;
    }

    /// <summary>All times together, in seconds.</summary>
    public double Sum => Volatile.Read(ref _nanoseconds) / 1e9;
}
