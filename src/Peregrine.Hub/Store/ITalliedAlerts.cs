namespace Peregrine.Hub.Store;

/// <summary>
/// A store's alerts with its tally: how many there are of each hour, priority, rule, source, host and set of tags. All that is asked in one search is of one moment, whatever comes and goes meanwhile.
/// </summary>
internal interface ITalliedAlerts
{
    /// <summary>The hours of the query's time, newest first. Hours that nothing is kept of may be left out.</summary>
    ValueTask<IReadOnlyList<TalliedHour>> HoursAsync(AlertQuery query, CancellationToken cancellation);

    /// <summary>Finds by reading rows: the newest that match, newest first.</summary>
    ValueTask<IReadOnlyList<byte[]>> FindAsync(AlertQuery query, CancellationToken cancellation);

    /// <summary>Counts by reading rows.</summary>
    ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation);
}
