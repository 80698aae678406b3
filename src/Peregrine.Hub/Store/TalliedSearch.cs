namespace Peregrine.Hub.Store;

/// <summary>
/// Answers questions with the help of the tally: whole hours are counted without a look at their alerts, a late page passes over the hours before it, and what is rare is looked for in the hours that have it.
/// </summary>
internal static class TalliedSearch
{
    // Hours with few alerts are read together: a look at an index for each would cost more than their rows.
    internal const long StretchAlerts = 100_000;

    public static async ValueTask<IReadOnlyList<byte[]>> FindAsync(ITalliedAlerts alerts, AlertQuery query, CancellationToken cancellation, long stretchAlerts = StretchAlerts)
    {
        var found = new List<byte[]>();
        long skip = query.Offset;
        foreach (var stretch in Stretches(await alerts.HoursAsync(query, cancellation), query, stretchAlerts))
        {
            if (stretch.Count is { } count && skip >= count)
            {
                skip -= count;
                continue;
            }
            var part = stretch.Of(query) with { Limit = query.Limit - found.Count, Offset = (int)skip };
            var here = await alerts.FindAsync(part, cancellation);
            found.AddRange(here);
            if (found.Count == query.Limit) break;
            if (here.Count > 0) skip = 0;
            else if (skip > 0) skip -= await alerts.CountAsync(part, cancellation);
        }
        return found;
    }

    public static async ValueTask<long> CountAsync(ITalliedAlerts alerts, AlertQuery query, CancellationToken cancellation, long stretchAlerts = StretchAlerts)
    {
        long all = 0;
        foreach (var stretch in Stretches(await alerts.HoursAsync(query, cancellation), query, stretchAlerts)) all += stretch.Count ?? await alerts.CountAsync(stretch.Of(query), cancellation);
        return all;
    }

    /// <summary>The query's time in pieces that hold something, newest first.</summary>
    private static IEnumerable<Stretch> Stretches(IReadOnlyList<TalliedHour> hours, AlertQuery query, long stretchAlerts)
    {
        var (first, all) = (0, 0L);
        for (var i = 0; i <= hours.Count; i++)
        {
            var isEnd = i == hours.Count || (i > first && (all + hours[i].All > stretchAlerts || IsCut(hours[i]) || IsCut(hours[i - 1])));
            if (isEnd && i > first)
            {
                var matching = 0L;
                for (var j = first; j < i; j++) matching += hours[j].Matching;
                var (since, until) = (Later(hours[i - 1].Begin, query.Since), Earlier(hours[first].End, query.Until));
                if (matching > 0) yield return new Stretch(since, until, IsCut(hours[first]) || query.Text.Length > 0 ? null : matching);
                (first, all) = (i, 0);
            }
            if (i < hours.Count) all += hours[i].All;
        }

        // The tally knows nothing of a part of an hour.
        bool IsCut(TalliedHour hour) => hour.Begin < query.Since || hour.End > query.Until;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;

    /// <summary>Some hours, or a part of one.</summary>
    /// <param name="Since">Where it begins.</param>
    /// <param name="Until">Before this it ends.</param>
    /// <param name="Count">How many match; null when only the rows tell.</param>
    private readonly record struct Stretch(DateTimeOffset Since, DateTimeOffset Until, long? Count)
    {
        public AlertQuery Of(AlertQuery query) => query with { Since = Since, Until = Until };
    }
}
