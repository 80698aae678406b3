using Peregrine.Hub.Store;

namespace Peregrine.HubTests.Store;

/// <summary>Who looks at a page need not wait until all texts of the store were counted.</summary>
public sealed class AlertTotalTests
{
    private const int Counted = 50;

    private static Task<AlertTotal> TotalAsync(AlertQuery query, int found, bool countsForEver = false) =>
        AlertTotal.OfAsync(new CountingStore(countsForEver), query, found, countsForEver ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken).AsTask();

    [Fact]
    public async Task ATextThatTakesLongIsCountedAsFarAsItWasSeen()
    {
        Assert.Equal(new AlertTotal(20, false), await TotalAsync(new AlertQuery { Text = "a", Limit = 10, Offset = 10 }, found: 10, countsForEver: true));
        Assert.Equal(new AlertTotal(0, false), await TotalAsync(new AlertQuery { Text = "a", Limit = 10, Offset = 10 }, found: 0, countsForEver: true));
        Assert.Equal(new AlertTotal(Counted, true), await TotalAsync(new AlertQuery { Text = "a", Limit = 10, Offset = 10 }, found: 10));
        Assert.Equal(new AlertTotal(Counted, true), await TotalAsync(new AlertQuery { Limit = 10 }, found: 10));
    }

    [Fact]
    public async Task TheLastPageTellsTheNumberItself()
    {
        Assert.Equal(new AlertTotal(13, true), await TotalAsync(new AlertQuery { Text = "a", Limit = 10, Offset = 10 }, found: 3, countsForEver: true));
        Assert.Equal(new AlertTotal(0, true), await TotalAsync(new AlertQuery { Text = "a", Limit = 10 }, found: 0, countsForEver: true));
    }

    private sealed class CountingStore(bool countsForEver) : IAlertStore
    {
        public string Description => "a store that counts";

        public async ValueTask<long> CountAsync(AlertQuery query, CancellationToken cancellation)
        {
            if (countsForEver) await Task.Delay(Timeout.Infinite, cancellation);
            return Counted;
        }

        public ValueTask PrepareAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<long> ReadPositionAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask AddAsync(IReadOnlyList<StoredAlert> alerts, long position, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<byte[]>> SearchAsync(AlertQuery query, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<long> PruneAsync(DateTimeOffset? before, long maxBytes, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
