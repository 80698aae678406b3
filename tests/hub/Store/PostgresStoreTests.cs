using System.Globalization;
using Peregrine.Hub.Store;
using Peregrine.Hub.Store.Postgres;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>The store of several hubs, against PostgreSQL.</summary>
public sealed class PostgresStoreTests(PostgresFixture postgres) : AlertStoreTests, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _database = "";

    public async ValueTask InitializeAsync() => _database = await postgres.DatabaseAsync();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal override IAlertStore Open(string hub = "hub-1") => PostgresStore.Open(PostgresAddress.Parse(postgres.Server.Address(_database)), [], hub, _folder.File(hub));

    internal override async Task<long> BytesAsync() => long.Parse(await AskAsync("SELECT sum(bytes) FROM peregrine_tally"), CultureInfo.InvariantCulture);

    private Task<string> AskAsync(string sql) => postgres.Server.AskAsync(sql, _database);

    private static StoredAlert Made(int n)
    {
        var alert = TestAlerts.Of($"Rule {n % 7}", fields: ("n", n.ToString(CultureInfo.InvariantCulture))) with { UnixNanoseconds = 1_700_000_000_000_000_000 + n * 1_000_000L, Tags = ["a", "b" + n % 3] };
        return new StoredAlert(n + 1, alert, alert.ToJson());
    }

    [Fact]
    public async Task HubsThatStartAtOnceMakeOneSetOfTablesAndBringEachAlertOnce()
    {
        const int Hubs = 6;
        StoredAlert[] shared = [.. Enumerable.Range(0, 400).Select(Made)];
        var stores = Enumerable.Range(0, Hubs).Select(i => Open($"hub-{i}")).ToList();
        await Task.WhenAll(stores.Select((s, i) => Task.Run(async () =>
        {
            await s.PrepareAsync(TestContext.Current.CancellationToken);
            // Each in an order of its own, with alerts that others bring too.
            foreach (var group in shared.OrderBy(_ => Random.Shared.Next()).Chunk(40)) await s.AddAsync([.. group, Made(1000 + i)], 1, TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(shared.Length + Hubs * 10, await stores[0].CountAsync(new AlertQuery(), TestContext.Current.CancellationToken));
        Assert.Equal(10, await stores[0].CountAsync(new AlertQuery { Hubs = ["hub-3"], Since = DateTimeOffset.FromUnixTimeSeconds(1_700_000_001) }, TestContext.Current.CancellationToken));
        Assert.Equal("1|2", await AskAsync("SELECT count(*), max(version) FROM peregrine_schema"));
        Assert.Equal("t", await AskAsync("SELECT sum(alerts) = (SELECT count(*) FROM peregrine_alert) AND sum(bytes) = (SELECT sum(320 + octet_length(output) + octet_length(json)) FROM peregrine_alert) FROM peregrine_tally"));
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task RetentionOfSeveralHubsRemovesWhatHasToGoAndNoMore()
    {
        const int Alerts = 9000;
        var stores = Enumerable.Range(0, 3).Select(i => Open($"hub-{i}")).ToList();
        await stores[0].AddAsync([.. Enumerable.Range(0, Alerts).Select(Made)], 1, TestContext.Current.CancellationToken);
        var bytes = await BytesAsync();
        var before = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + 1000);
        var removed = await Task.WhenAll(stores.Select(s => Task.Run(async () => await s.PruneAsync(before, 0, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)));
        Assert.Equal(1000, removed.Sum());
        // To half the bytes in steps of 2000 alerts: not a step more, whoever takes it.
        removed = await Task.WhenAll(stores.Select(s => Task.Run(async () => await s.PruneAsync(null, bytes / 2, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)));
        Assert.Equal(4000, removed.Sum());
        Assert.Equal("4000|t", await AskAsync("SELECT sum(alerts), sum(bytes) = (SELECT sum(320 + octet_length(output) + octet_length(json)) FROM peregrine_alert) FROM peregrine_tally"));
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task PeopleReadTheAlertsWithTheirNames()
    {
        await using var store = Open();
        await store.AddAsync([Made(4)], 2, TestContext.Current.CancellationToken);
        Assert.Equal("2023-11-14 22:13:20.004+00|Warning|Rule 4|syscall|node-1|{a,b1}|hub-1|4", await AskAsync("SELECT time, priority, rule, source, hostname, tags, hub, json::jsonb->'output_fields'->>'n' FROM peregrine_alerts"));
    }

    [Fact]
    public async Task TablesOfANewerHubAreLeftAlone()
    {
        await using var store = Open();
        await store.PrepareAsync(TestContext.Current.CancellationToken);
        await AskAsync("UPDATE peregrine_schema SET version = 3");
        await using var old = Open("hub-old");
        var failure = await Assert.ThrowsAsync<IOException>(async () => await old.AddAsync([Made(1)], 2, TestContext.Current.CancellationToken));
        Assert.Contains("its tables have version 3, and this hub knows version 2: a newer hub made them, so this one must be brought to its version", failure.Message, StringComparison.Ordinal);
        Assert.Equal("0", await AskAsync("SELECT count(*) FROM peregrine_alert"));
        Assert.Equal(0, await old.ReadPositionAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TablesOfAnOlderHubAreBroughtToThisVersionWhichTheOlderOneIsTold()
    {
        await using (var store = Open()) await store.AddAsync([.. Enumerable.Range(0, 500).Select(Made)], 1, TestContext.Current.CancellationToken);
        var bytes = await BytesAsync();
        // As version 1 left them.
        await AskAsync("DROP TABLE peregrine_tally; DROP INDEX peregrine_alert_urgent; CREATE TABLE peregrine_hub (hub bigint PRIMARY KEY, alerts bigint NOT NULL, bytes bigint NOT NULL); UPDATE peregrine_schema SET version = 1");
        var stores = Enumerable.Range(0, 3).Select(i => Open($"hub-{i}")).ToList();
        await Task.WhenAll(stores.Select(s => Task.Run(async () => await s.PrepareAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)));
        Assert.Equal("2", await AskAsync("SELECT version FROM peregrine_schema"));
        Assert.Equal(500, await stores[0].CountAsync(new AlertQuery(), TestContext.Current.CancellationToken));
        Assert.Equal(72, await stores[0].CountAsync(new AlertQuery { Rules = ["Rule 1"] }, TestContext.Current.CancellationToken));
        Assert.Equal(bytes, await BytesAsync());
        Assert.Equal("t", await AskAsync("SELECT to_regclass('peregrine_hub') IS NULL"));
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task AUserThatMayOnlyReadAndWriteIsEnoughWhenTheTablesAreThere()
    {
        await using var owner = Open();
        await owner.PrepareAsync(TestContext.Current.CancellationToken);
        await AskAsync($"CREATE ROLE writer_{_database} LOGIN PASSWORD 'other'; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer_{_database}");
        var address = postgres.Server.Address(_database).Replace("falco:secret", $"writer_{_database}:other", StringComparison.Ordinal);
        await using var store = PostgresStore.Open(PostgresAddress.Parse(address), [], "hub-2", _folder.File("hub-2"));
        await store.AddAsync([Made(1)], 2, TestContext.Current.CancellationToken);
        Assert.Equal(1, await store.PruneAsync(DateTimeOffset.UtcNow, 0, TestContext.Current.CancellationToken));
        var empty = await postgres.DatabaseAsync();
        await using var stranger = PostgresStore.Open(PostgresAddress.Parse(address.Replace("/" + _database, "/" + empty, StringComparison.Ordinal)), [], "hub-3", _folder.File("hub-3"));
        var failure = await Assert.ThrowsAsync<IOException>(async () => await stranger.PrepareAsync(TestContext.Current.CancellationToken));
        Assert.Contains("permission denied for schema public (42501): the user needs to create tables in its schema once", failure.Message, StringComparison.Ordinal);
    }
}
