using System.Globalization;
using System.Net;
using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Store;

/// <summary>A database that is not there, or comes and goes: alerts are taken in all the same, and each is stored once.</summary>
public sealed class DatabaseOutageTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AHubStartsWithoutItsDatabaseAndStoresWhenItIsThere()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, $"store: {_server.Address()}\nname: hub-1");
        for (var i = 0; i < 20; i++) (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => hub.Hub.Filler.Health.Failures > 1, () => hub.Hub.Filler.Health.Status);
        var store = (await hub.GetAsync("/healthz?verbose")).GetProperty("store");
        Assert.Equal(("failing", 20), (store.GetProperty("status").GetString(), store.GetProperty("waiting").GetInt32()));
        Assert.Contains("Connection refused", store.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        var metrics = await hub.Client.GetStringAsync("/metrics", End);
        Assert.Contains("\nperegrine_hub_store_up 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nperegrine_hub_store_lag_alerts 20\n", metrics, StringComparison.Ordinal);
        using var search = await hub.Client.GetAsync("/api/v1/events/search", End);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, search.StatusCode);
        var error = await search.Content.ReadAsStringAsync(End);
        Assert.Contains("cannot be used", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);

        await _server.StartAgainAsync();
        await StoredAsync(hub, 20);
        Assert.Equal("ok", (await hub.GetAsync("/healthz?verbose")).GetProperty("store").GetProperty("status").GetString());
        Assert.Equal(20, (await hub.GetAsync("/api/v1/events/search?hub=hub-1")).GetProperty("results").GetArrayLength());
        Assert.Equal(0, (await hub.GetAsync("/api/v1/events/count?hub=hub-2")).GetProperty("statistics").GetProperty("all").GetInt32());
    }

    [Fact]
    public async Task NothingIsLostOrStoredTwiceWhenDatabaseAndHubAreKilledUnderLoad()
    {
        const int Alerts = 6000;
        await _server.StartAgainAsync();
        var port = FreePort.Next();
        await File.WriteAllTextAsync(_folder.File("hub.yaml"), $"listenaddress: 127.0.0.1\nlistenport: {port}\ndata: {_folder.File("data")}\nstore: {_server.Address()}\nname: hub-1\n", End);
        await using var other = await RunningHub.StartAsync(_folder.File("other"), $"store: {_server.Address()}\nname: hub-2");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var sent = Task.WhenAll(Task.Run(() => SendAsync(client, 0, Alerts / 2), End), Task.Run(() => SendAsync(other.Client, Alerts / 2, Alerts / 2), End));
        for (var round = 0; round < 3; round++)
        {
            await using var hub = await HubProcess.StartAsync(_folder.File("hub.yaml"), port);
            await Task.Delay(Random.Shared.Next(100, 700), End);
            await _server.StopAsync();
            await Task.Delay(Random.Shared.Next(100, 700), End);
            if (round % 2 == 0) hub.Kill();
            await _server.StartAgainAsync();
            await Task.Delay(Random.Shared.Next(100, 700), End);
            hub.Kill();
        }
        await using var last = await HubProcess.StartAsync(_folder.File("hub.yaml"), port);
        await sent;
        await StoredAsync(other, Alerts);
        Assert.Equal("t", await _server.AskAsync("SELECT sum(alerts) = (SELECT count(*) FROM peregrine_alert) FROM peregrine_tally"));
        // Identities are unique by the key; that no alert has two of them is seen by what was sent.
        Assert.Equal(Alerts.ToString(CultureInfo.InvariantCulture), await _server.AskAsync("SELECT count(DISTINCT json::jsonb->'output_fields'->>'n') FROM peregrine_alerts"));
        Assert.Equal(Alerts / 2, (await other.GetAsync("/api/v1/events/count?hub=hub-1")).GetProperty("statistics").GetProperty("all").GetInt32());
    }

    [Fact]
    public async Task ASearchThatTakesTooLongEndsInTheDatabaseToo()
    {
        await _server.StartAgainAsync();
        await using var hub = await RunningHub.StartAsync(_folder.Path, $"store: {_server.Address()}\nsearchtimeout: 1s");
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        await StoredAsync(hub, 1);
        // What reads the alerts waits for as long as this goes on.
        var connection = $"host=127.0.0.1 port={_server.Port} user=falco password=secret dbname=postgres";
        await using (await ServerProcess.StartUntilAsync("psql", "LOCK TABLE", [connection, "-c", "BEGIN", "-c", "LOCK TABLE peregrine_alert", "-c", "SELECT pg_sleep(600)"]))
        {
            using var answer = await hub.Client.GetAsync("/api/v1/events/search", End);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("the search took longer than 1 s", await answer.Content.ReadAsStringAsync(End), StringComparison.Ordinal);
            Assert.Equal("0", await _server.AskAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'peregrine-hub' AND state = 'active'"));
        }
        await _server.AskAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()");
        await StoredAsync(hub, 1);
    }

    [Fact]
    public async Task AWrongPasswordIsToldWithoutIt()
    {
        await _server.StartAgainAsync();
        var log = new RecordedLog();
        await using var hub = await RunningHub.StartAsync(_folder.Path, $"store: {_server.Address(password: "wr0ng%2Fpass")}", log);
        await Eventually.HoldsAsync(() => hub.Hub.Filler.Health.Failures > 2, () => hub.Hub.Filler.Health.Status);
        var line = Assert.Single(log.Lines, l => l.Contains("the store", StringComparison.Ordinal));
        Assert.Equal($"the store, PostgreSQL at 127.0.0.1:{_server.Port}/postgres, cannot be used: password authentication failed for user \"falco\" (28P01); alerts wait in the journal, and it is tried again", line);
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        var health = await hub.Client.GetStringAsync("/healthz?verbose", End);
        Assert.Contains("28P01", health, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", health + string.Concat(log.Lines), StringComparison.Ordinal);
        // The right one is found out without a start.
        await _server.AskAsync("ALTER ROLE falco PASSWORD 'wr0ng/pass'");
        await Eventually.HoldsAsync(() => hub.Hub.Filler.Health.Status == "ok" && hub.Hub.StoreLag == 0, () => hub.Hub.Filler.Health.LastError);
        Assert.Single(log.Lines, l => l.Contains("can be used again", StringComparison.Ordinal));
    }

    private static async Task SendAsync(HttpClient client, int from, int count)
    {
        const int Group = 50;
        for (var at = from; at < from + count; at += Group)
        {
            // Each has an identity of its own, so that one that is sent again, since its answer was lost, is not two.
            var body = string.Join('\n', Enumerable.Range(at, Group).Select(n => TestAlerts.Of("Rule " + n % 9, fields: ("n", n.ToString(CultureInfo.InvariantCulture)))).Select(a => System.Text.Encoding.UTF8.GetString(a.ToJson())));
            while (!await IsKeptAsync(client, body)) await Task.Delay(50, End);
            await Task.Delay(30, End);
        }
    }

    private static async Task<bool> IsKeptAsync(HttpClient client, string body)
    {
        try
        {
            using var answer = await client.PostAsync("/", new StringContent(body), End);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Task StoredAsync(RunningHub hub, int alerts)
    {
        var seen = 0;
        return Eventually.HoldsAsync(
            () =>
            {
                using var answer = hub.Client.Send(new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/count"), End);
                if (!answer.IsSuccessStatusCode) return false;
                using var document = JsonDocument.Parse(answer.Content.ReadAsStream(End));
                seen = document.RootElement.GetProperty("statistics").GetProperty("all").GetInt32();
                return seen >= alerts;
            },
            () => $"{seen} of {alerts} alerts are stored");
    }
}
