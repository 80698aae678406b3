using System.Net;
using Peregrine.Hub.Store;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Web;

/// <summary>A search that would take too long ends, and costs nobody else anything.</summary>
public sealed class LongSearchTests : IDisposable
{
    // Each row takes a tenth of a second and more to look through: nearly the whole text fits at nearly every place of it. All together take minutes.
    private const int Rows = 1500;
    private static readonly string Output = new('a', 40_000);
    private static readonly string Searched = new string('a', 4_000) + "b";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("search")]
    [InlineData("count")]
    public async Task ASearchBeyondItsTimeIsAnsweredWith503AndEnds(string question)
    {
        await using (var store = SqliteStore.Open(_folder.File("alerts.db")))
        {
            var alert = TestAlerts.Of() with { Output = Output };
            await store.AddAsync([.. Enumerable.Range(1, Rows).Select(n => new StoredAlert(n, alert with { Id = Guid.CreateVersion7() }, "{}"u8.ToArray()))], Rows + 1, CancellationToken.None);
        }
        await using var hub = await RunningHub.StartAsync(_folder.Path, "searchtimeout: 1s");
        using var answer = await hub.Client.GetAsync($"/api/v1/events/{question}?filter={Searched}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the search took longer than 1 s: narrow it by time or rule", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        // The connection that was interrupted answers the next one.
        Assert.Equal(Rows, (await hub.GetAsync("/api/v1/events/count")).GetProperty("statistics").GetProperty("all").GetInt64());
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
    }
}
