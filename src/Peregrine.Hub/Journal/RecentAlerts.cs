using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Journal;

/// <summary>
/// The last alerts that came in, as they were read then: router, store and workers that keep up take them from here and need not read the JSON again. It holds a bounded number of small alerts; what it does not have is
/// read from the journal. Threads may share it.
/// </summary>
public sealed class RecentAlerts
{
    private const int Most = 4096;

    // Larger ones would make the bound on their number no bound on memory.
    private const int LargestJson = 4096;

    private readonly Entry?[] _ring = new Entry?[Most];

    /// <summary>Keeps alerts with the JSON that the journal has of them, each at its place.</summary>
    public void Keep(IReadOnlyList<JournalPosition> positions, IReadOnlyList<Alert> alerts, IReadOnlyList<byte[]> json)
    {
        for (var i = Math.Max(0, positions.Count - Most); i < positions.Count; i++)
            if (json[i].Length <= LargestJson) Volatile.Write(ref _ring[positions[i].Sequence % Most], new Entry(positions[i].Sequence, alerts[i]));
    }

    /// <summary>The alert with this number; null when it is not kept.</summary>
    public Alert? Find(long sequence) => Volatile.Read(ref _ring[sequence % Most]) is { } entry && entry.Sequence == sequence ? entry.Alert : null;

    private sealed record Entry(long Sequence, Alert Alert);
}
