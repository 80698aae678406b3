namespace Peregrine.Hub.Store;

/// <summary>How many alerts match what one page shows a part of.</summary>
/// <param name="All">How many there are.</param>
/// <param name="IsExact">Whether there are no more than that.</param>
public readonly record struct AlertTotal(long All, bool IsExact)
{
    /// <summary>Counts behind a search. Whether alerts hold a text only their rows tell, and who looks at a page need not wait for all of them.</summary>
    /// <param name="store">Where it was searched.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="found">How many came.</param>
    /// <param name="patience">How long texts are counted.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async ValueTask<AlertTotal> OfAsync(IAlertStore store, AlertQuery query, int found, TimeSpan patience, CancellationToken cancellation)
    {
        var seen = query.Offset + found;
        // A page that is not full is the last one.
        if (found < query.Limit && (found > 0 || query.Offset == 0)) return new AlertTotal(seen, true);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (query.Text.Length > 0) end.CancelAfter(patience);
        try
        {
            return new AlertTotal(await store.CountAsync(query, end.Token), true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new AlertTotal(found > 0 ? seen : 0, false);
        }
    }
}
