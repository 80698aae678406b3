namespace Peregrine.Sensor.Budgets;

/// <summary>How much was shed so far. Written by the budget's thread, read by any.</summary>
internal sealed class BudgetCounters
{
    private readonly long[] _seconds = new long[(int)SheddingLevel.Files + 1];
    private int _level;
    private long _changes;

    public SheddingLevel Level => (SheddingLevel)Volatile.Read(ref _level);

    public long Changes => Volatile.Read(ref _changes);

    /// <summary>For how long it was shed at exactly this level.</summary>
    public long Seconds(SheddingLevel level) => Volatile.Read(ref _seconds[(int)level]);

    public void Count(SheddingLevel level) => Interlocked.Increment(ref _seconds[(int)level]);

    public void Change(SheddingLevel level)
    {
        Volatile.Write(ref _level, (int)level);
        Interlocked.Increment(ref _changes);
    }
}
