using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Store;

/// <summary>Where alerts are kept for people. Filled from the journal by one task, read by any. What cannot be done fails with an <see cref="IOException"/> whose message is for people.</summary>
public interface IAlertStore : IAsyncDisposable
{
    /// <summary>What it is and where, without secrets.</summary>
    string Description { get; }

    /// <summary>Sees that alerts can be added: a database is connected to and has its tables. Harmless to repeat.</summary>
    ValueTask PrepareAsync(CancellationToken cancellation);

    /// <summary>The number of the journal record behind the last one that is kept; 0 when nothing is. Needs no database to be there.</summary>
    ValueTask<long> ReadPositionAsync(CancellationToken cancellation);

    /// <summary>Keeps alerts, all or none, and how far the journal was read.</summary>
    /// <param name="alerts">With their numbers in the journal; those that are kept already are passed over, so that a group may come again.</param>
    /// <param name="position">The number behind the last record that was read.</param>
    /// <param name="cancellation">Ends the wait; then nothing was kept.</param>
    ValueTask AddAsync(IReadOnlyList<StoredAlert> alerts, long position, CancellationToken cancellation);

    /// <summary>The newest alerts that match, newest first.</summary>
    ValueTask<IReadOnlyList<byte[]>> SearchAsync(AlertQuery query, CancellationToken cancellation);

    ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation);

    /// <summary>Removes what retention does not keep.</summary>
    /// <param name="before">Alerts that came before this time go; null for none.</param>
    /// <param name="maxBytes">Then the oldest go until the store is no larger; 0 for no limit.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>How many went.</returns>
    ValueTask<long> PruneAsync(DateTimeOffset? before, long maxBytes, CancellationToken cancellation);
}

/// <summary>An alert with its number in the journal and its JSON.</summary>
public readonly record struct StoredAlert(long Sequence, Alert Alert, byte[] Json);

/// <summary>What is looked for; empty lists match all, each list matches any of its values.</summary>
public sealed record AlertQuery
{
    public IReadOnlyList<AlertPriority> Priorities { get; init; } = [];

    public IReadOnlyList<string> Rules { get; init; } = [];

    public IReadOnlyList<string> Sources { get; init; } = [];

    public IReadOnlyList<string> Hostnames { get; init; } = [];

    /// <summary>The hubs that took the alert in, by their names.</summary>
    public IReadOnlyList<string> Hubs { get; init; } = [];

    /// <summary>The alert must have one of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Text that the output line must contain, in any case; empty for all.</summary>
    public string Text { get; init; } = "";

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public int Limit { get; init; } = 100;

    public int Offset { get; init; }
}
