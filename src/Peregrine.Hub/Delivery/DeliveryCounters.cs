namespace Peregrine.Hub.Delivery;

/// <summary>What a destination's worker counted since the start. Each alert ends in exactly one of delivered, rejected, expired, overflowed and fallen back.</summary>
public sealed class DeliveryCounters
{
    private long _delivered;
    private long _retries;
    private long _rejected;
    private long _expired;
    private long _overflowed;
    private long _fallenBack;
    private long _lost;

    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Tries that failed and were made again, counted by alerts.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    public long Rejected => Interlocked.Read(ref _rejected);

    public long Expired => Interlocked.Read(ref _expired);

    public long Overflowed => Interlocked.Read(ref _overflowed);

    /// <summary>Alerts that went to the fallback without waiting any longer, because nothing had worked for a time.</summary>
    public long FallenBack => Interlocked.Read(ref _fallenBack);

    /// <summary>Entries whose journal record could not be read: damage of the disk.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>What the last failed try said, secrets covered; empty after a success.</summary>
    public string LastError { get; internal set; } = "";

    internal void AddDelivered(int alerts) => Interlocked.Add(ref _delivered, alerts);

    internal void AddRetries(int alerts) => Interlocked.Add(ref _retries, alerts);

    internal void AddRejected() => Interlocked.Increment(ref _rejected);

    internal void AddExpired() => Interlocked.Increment(ref _expired);

    internal void AddOverflowed() => Interlocked.Increment(ref _overflowed);

    internal void AddFallenBack(int alerts) => Interlocked.Add(ref _fallenBack, alerts);

    internal void AddLost() => Interlocked.Increment(ref _lost);
}
