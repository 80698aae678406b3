using System.Diagnostics;
using System.Globalization;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Store;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>
/// What every store does, also with many alerts. <c>PEREGRINE_STORE_ALERTS</c> says how many (10000000 for the number that the hub is made for); the times of the questions are reported, not judged.
/// </summary>
public abstract class AlertStoreTests
{
    private const int GroupSize = 2000;
    private const long FirstTime = 1_700_000_000_000_000_000;
    private const long Step = 50_000_000;

    private static readonly int Alerts = int.TryParse(Environment.GetEnvironmentVariable("PEREGRINE_STORE_ALERTS"), CultureInfo.InvariantCulture, out var number) ? number : 20_000;

    /// <summary>Opens the store, as often as wanted with what it holds.</summary>
    internal abstract IAlertStore Open(string hub = "hub-1");

    /// <summary>The bytes of what it holds.</summary>
    internal abstract Task<long> BytesAsync();

    [Fact]
    public async Task QuestionsFindWhatIsThereAndRetentionRemovesTheOldest()
    {
        await using var store = Open();
        await TimedAsync($"filling with {Alerts}", async () =>
        {
            for (var from = 0; from < Alerts; from += GroupSize) await store.AddAsync([.. Enumerable.Range(from, Math.Min(GroupSize, Alerts - from)).Select(Made)], from + GroupSize + 1, CancellationToken.None);
        });
        await AskAsync(store, "newest", new AlertQuery(), Alerts, Alerts - 1);
        await AskAsync(store, "one rule", new AlertQuery { Rules = ["Rule 7"] }, Count(n => n % 100 == 7), Alerts - 93);
        await AskAsync(store, "two rules", new AlertQuery { Rules = ["Rule 7", "Rule 8"] }, Count(n => n % 100 is 7 or 8), Alerts - 92);
        await AskAsync(store, "a rule that is not there", new AlertQuery { Rules = ["none"] }, 0, -1);
        await AskAsync(store, "one host", new AlertQuery { Hostnames = ["node-3"] }, Count(n => n % 50 == 3), Alerts - 47);
        await AskAsync(store, "a rare level", new AlertQuery { Priorities = [AlertPriority.Emergency] }, Count(n => n % 10_000 == 1), Alerts - 9_999);
        await AskAsync(store, "a tag", new AlertQuery { Tags = ["rare"] }, Count(n => n % 100 == 42), Alerts - 58);
        await AskAsync(store, "most of a level", new AlertQuery { Priorities = [AlertPriority.Warning] }, Count(n => n % 10_000 != 1), Alerts - 1);
        await AskAsync(store, "one source since the middle", new AlertQuery { Sources = ["syscall"], Since = Time(Alerts / 2) }, Alerts - Alerts / 2, Alerts - 1);
        await AskAsync(store, "a level of a host until three quarters", new AlertQuery { Priorities = [AlertPriority.Warning], Hostnames = ["node-3"], Until = Time(Alerts / 4 * 3) }, Enumerable.Range(0, Alerts / 4 * 3).LongCount(n => n % 50 == 3), Alerts / 4 * 3 - 47);
        await AskAsync(store, "a page in the middle of many tags", new AlertQuery { Tags = ["container"], Offset = Alerts / 2 }, Alerts, Alerts - Alerts / 2 - 1);
        await AskAsync(store, "a stretch of time", new AlertQuery { Since = Time(Alerts / 2), Until = Time(Alerts / 2 + 1000) }, 1000, Alerts / 2 + 999);
        await AskAsync(store, "a text of the last hours", new AlertQuery { Text = "NUMBER " + (Alerts - 5), Since = Time(Alerts - 5000) }, 1, Alerts - 5);
        await AskAsync(store, "a text that is nowhere", new AlertQuery { Text = "is nowhere" }, 0, -1);
        await AskAsync(store, "a late page", new AlertQuery { Offset = Alerts - 10 }, Alerts, 9);
        await TimedAsync("removing a tenth by age", async () => Assert.Equal(Alerts / 10, await store.PruneAsync(Time(Alerts / 10), 0, CancellationToken.None)));
        await AskAsync(store, "what is left", new AlertQuery(), Alerts - Alerts / 10, Alerts - 1);
        var bytes = await BytesAsync() / 2;
        await TimedAsync("removing to half the bytes", async () => Assert.True(await store.PruneAsync(null, bytes, CancellationToken.None) > 0));
        Assert.Equal(Alerts - 1, Number((await store.SearchAsync(new AlertQuery { Limit = 1 }, CancellationToken.None))[0]));
    }

    [Fact]
    public async Task AQuestionEndsWhenNobodyWaitsForIt()
    {
        await using var store = Open();
        await store.AddAsync([.. Enumerable.Range(0, GroupSize).Select(Made)], GroupSize + 1, CancellationToken.None);
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.CountAsync(new AlertQuery { Text = "nowhere" }, over.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.SearchAsync(new AlertQuery(), over.Token));
        Assert.Equal(GroupSize, await store.CountAsync(new AlertQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task AGroupThatComesAgainIsStoredOnce()
    {
        StoredAlert[] group = [.. Enumerable.Range(0, 50).Select(Made)];
        await using (var store = Open())
        {
            Assert.Equal(0, await store.ReadPositionAsync(CancellationToken.None));
            await store.AddAsync(group[..30], 31, CancellationToken.None);
        }
        await using var again = Open();
        Assert.Equal(31, await again.ReadPositionAsync(CancellationToken.None));
        await again.AddAsync(group, 51, CancellationToken.None);
        Assert.Equal(50, await again.CountAsync(new AlertQuery(), CancellationToken.None));
        Assert.Equal(51, await again.ReadPositionAsync(CancellationToken.None));
        Assert.Equal(2, await again.CountAsync(new AlertQuery { Hostnames = ["node-3", "node-4"], Hubs = ["hub-1", "hub-2"] }, CancellationToken.None));
        Assert.Equal(0, await again.CountAsync(new AlertQuery { Hubs = ["hub-2"] }, CancellationToken.None));
        Assert.Empty(await again.SearchAsync(new AlertQuery { Hubs = ["hub-2"] }, CancellationToken.None));
    }

    [Fact]
    public async Task AnAlertThatASenderRepeatsIsStoredOnce()
    {
        var alert = Made(1);
        await using var store = Open();
        // In one group, in the next one, and with another number.
        await store.AddAsync([alert, alert with { Sequence = 2 }, Made(2) with { Sequence = 3 }], 4, CancellationToken.None);
        await store.AddAsync([alert with { Sequence = 4 }], 5, CancellationToken.None);
        Assert.Equal(2, await store.CountAsync(new AlertQuery(), CancellationToken.None));
        Assert.Equal(2, (await store.SearchAsync(new AlertQuery(), CancellationToken.None)).Count);
        Assert.Equal(2, await store.PruneAsync(DateTimeOffset.UtcNow, 0, CancellationToken.None));
        Assert.Equal(0, await store.CountAsync(new AlertQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task AnyTextIsStoredAndFoundAsItIs()
    {
        string[] outputs = ["100% of _all_ C:\\dir", "a zero \0 sign", "half a \uD83D pair", "'; DROP TABLE alert; --", new string('x', 100_000) + "end", ""];
        var alerts = outputs.Select((o, i) => TestAlerts.Of(o.Length > 0 ? o : "none") with { Id = Guid.CreateVersion7(), Output = o, Hostname = o, Tags = [o + "tag"], UnixNanoseconds = FirstTime + i }).ToList();
        await using var store = Open();
        await store.AddAsync([.. alerts.Select((a, i) => new StoredAlert(i + 1, a, a.ToJson()))], outputs.Length + 1, CancellationToken.None);
        Assert.Equal(alerts.Select(a => a.ToJson()).Reverse(), await store.SearchAsync(new AlertQuery(), CancellationToken.None));
        async Task FoundAsync(AlertQuery query, int which) => Assert.Equal([alerts[which].ToJson()], await store.SearchAsync(query, CancellationToken.None));
        await FoundAsync(new AlertQuery { Text = "0% OF _A" }, 0);
        await FoundAsync(new AlertQuery { Text = "c:\\dir" }, 0);
        await FoundAsync(new AlertQuery { Text = "a zero" }, 1);
        await FoundAsync(new AlertQuery { Text = "drop table alert; --" }, 3);
        await FoundAsync(new AlertQuery { Text = "xEND" }, 4);
        await FoundAsync(new AlertQuery { Rules = [outputs[3]] }, 3);
        await FoundAsync(new AlertQuery { Hostnames = [outputs[4]] }, 4);
        await FoundAsync(new AlertQuery { Tags = [outputs[1] + "tag"] }, 1);
        await FoundAsync(new AlertQuery { Rules = [outputs[2]] }, 2);
        await FoundAsync(new AlertQuery { Tags = ["tag"], Sources = ["syscall"] }, 5);
    }

    private static async Task AskAsync(IAlertStore store, string what, AlertQuery query, long count, int newest)
    {
        IReadOnlyList<byte[]> found = [];
        await TimedAsync(what, async () => found = await store.SearchAsync(query with { Limit = 100 }, CancellationToken.None));
        await TimedAsync(what + ", counted", async () => Assert.Equal(count, await store.CountAsync(query, CancellationToken.None)));
        Assert.Equal(newest, found.Count == 0 ? -1 : Number(found[0]));
        // Newest first.
        Assert.Equal(found.Select(Number).OrderDescending(), found.Select(Number));
    }

    private static async Task TimedAsync(string what, Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {watch.Elapsed.TotalMilliseconds:0.0} ms");
    }

    private static StoredAlert Made(int n)
    {
        var alert = TestAlerts.Of($"Rule {n % 100}", n % 10_000 == 1 ? AlertPriority.Emergency : AlertPriority.Warning, ("n", n.ToString(CultureInfo.InvariantCulture)), ("proc.cmdline", "bash -c 'curl http://example.org/" + n % 977)) with
        {
            UnixNanoseconds = FirstTime + n * Step,
            Hostname = $"node-{n % 50}",
            Tags = n % 100 == 42 ? ["container", "rare"] : ["container"],
            Output = $"22:13:20: Warning alert number {n} of a shell that was spawned in a container with an attached terminal",
        };
        return new StoredAlert(n + 1, alert, alert.ToJson());
    }

    private static DateTimeOffset Time(int n) => DateTimeOffset.UnixEpoch.AddTicks((FirstTime + n * Step) / 100);

    private static long Count(Func<int, bool> holds) => Enumerable.Range(0, Alerts).LongCount(holds);

    private static int Number(byte[] json) => int.Parse(AlertReader.Read(json).FieldText("n"), CultureInfo.InvariantCulture);
}
