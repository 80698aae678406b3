using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Journal;
using Peregrine.Hub.Store;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>What waits for a store that stays away is bounded, and what was not given up is stored.</summary>
public sealed class StoreFillerTests
{
    private const int SegmentBytes = 4000;
    private const int Backlog = 20_000;
    private const int Alerts = 200;

    [Fact]
    public async Task BeyondTheBacklogTheOldestAreGivenUpAndCounted()
    {
        using var folder = new TemporaryFolder();
        await using var journal = AlertJournal.Open(folder.File("journal"), NullLogger.Instance, SegmentBytes);
        for (var i = 0; i < Alerts; i++) await journal.AppendAsync([Encoding.UTF8.GetBytes(TestAlerts.Json)]);
        var store = new FailingStore();
        var log = new RecordedLog();
        await using var filler = new StoreFiller(journal, new RecentAlerts(), store, new StoreRetention(TimeSpan.Zero, 0, Backlog), new SecretTexts(), TimeProvider.System, log);
        filler.Start();
        await Eventually.HoldsAsync(() => filler.Health.Failures > 1, () => "the store was not tried again");
        var (position, givenUp) = (filler.Position, filler.Health.GivenUp);
        Assert.Equal(position - 1, givenUp);
        Assert.InRange(journal.BytesFrom(journal.SegmentOf(position)), Backlog - 2 * SegmentBytes, Backlog);
        Assert.Contains(log.Lines, l => l.Contains("alerts are not stored", StringComparison.Ordinal));
        // Segments that only the store needed may go.
        journal.RemoveBefore(position);
        Assert.Equal(position, journal.Begin.Sequence);

        store.IsBack = true;
        await Eventually.HoldsAsync(() => filler.Position == Alerts + 1, () => filler.Health.LastError);
        Assert.Equal(Enumerable.Range(1, Alerts).Select(n => (long)n).Skip((int)givenUp), store.Stored);
        Assert.Equal(("ok", givenUp), (filler.Health.Status, filler.Health.GivenUp));
        Assert.Single(log.Lines, l => l.Contains("it is out; alerts wait in the journal", StringComparison.Ordinal));
        Assert.Single(log.Lines, l => l.Contains("a store that fails, can be used again", StringComparison.Ordinal));
    }

    private sealed class FailingStore : IAlertStore
    {
        private volatile bool _isBack;

        public bool IsBack
        {
            get => _isBack;
            set => _isBack = value;
        }

        public List<long> Stored { get; } = [];

        public string Description => "a store that fails";

        public ValueTask PrepareAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask<long> ReadPositionAsync(CancellationToken cancellation) => ValueTask.FromResult(0L);

        public ValueTask AddAsync(IReadOnlyList<StoredAlert> alerts, long position, CancellationToken cancellation)
        {
            if (!IsBack) throw new IOException("it is out");
            Stored.AddRange(alerts.Select(a => a.Sequence));
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<byte[]>> SearchAsync(AlertQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<long> PruneAsync(DateTimeOffset? before, long maxBytes, CancellationToken cancellation) => ValueTask.FromResult(0L);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
