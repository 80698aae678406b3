namespace Peregrine.Hub.Delivery;

public enum DeliveryOutcome : byte
{
    Delivered,

    /// <summary>It may work later: nobody answered, too many requests, the service is ill.</summary>
    Retry,

    /// <summary>It will never work as it is: the service understood and refused.</summary>
    Rejected,
}

/// <summary>How one alert of a batch fared.</summary>
/// <param name="Outcome">What to do with it.</param>
/// <param name="Reason">What the service said, in one line; empty when delivered. Secrets in it are covered before it is shown.</param>
public readonly record struct ItemResult(DeliveryOutcome Outcome, string Reason);

/// <summary>How a delivery fared: the same for the whole batch, or one result for each of its alerts.</summary>
public sealed class DeliveryResult
{
    private static readonly DeliveryResult Done = new(new ItemResult(DeliveryOutcome.Delivered, ""), null, null);

    private DeliveryResult(ItemResult all, IReadOnlyList<ItemResult>? items, TimeSpan? after) => (All, Items, After) = (all, items, after);

    /// <summary>What holds for the whole batch; where <see cref="Items"/> is set, the worst of them.</summary>
    public ItemResult All { get; }

    /// <summary>One result for each alert in the batch's order; null when <see cref="All"/> holds for each.</summary>
    public IReadOnlyList<ItemResult>? Items { get; }

    /// <summary>How long the service asked to wait before the next try; null when it did not say.</summary>
    public TimeSpan? After { get; }

    public ItemResult this[int index] => Items is null ? All : Items[index];

    public static DeliveryResult Delivered => Done;

    public static DeliveryResult Retry(string reason, TimeSpan? after = null) => new(new ItemResult(DeliveryOutcome.Retry, reason), null, after);

    public static DeliveryResult Rejected(string reason) => new(new ItemResult(DeliveryOutcome.Rejected, reason), null, null);

    /// <summary>For services that take some alerts of a batch and refuse others.</summary>
    /// <param name="items">As many as the batch has alerts, in its order.</param>
    public static DeliveryResult Each(IReadOnlyList<ItemResult> items)
    {
        var worst = items.Count == 0 ? Done.All : items.MaxBy(i => i.Outcome);
        return worst.Outcome == DeliveryOutcome.Delivered ? Done : new DeliveryResult(worst, items, null);
    }
}
