using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Database;

/// <summary>Against PostgreSQL itself; what TimescaleDB adds takes the same inserts.</summary>
public sealed class TimescaleDbDestinationTests : IAsyncLifetime
{
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task EventsAreRows()
    {
        await _server.AskAsync("CREATE TABLE falcosidekick_events (time timestamptz NOT NULL, rule text, priority varchar(20), source varchar(20), output text, tags text, hostname text, cluster text, \"o'clock \"\"x\" int, pid bigint)");
        string Yaml(string password) => $$$"""
            customfields: {Cluster: "it's \"blue\"", "o'clock \"x": "7"}
            templatedfields: {pid: '{{ index . "proc.pid" }}'}
            timescaledb: {host: 127.0.0.1, port: {{{_server.Port}}}, user: falco, password: {{{password}}}, database: postgres}
            """;
        Alert Added(Alert alert, string pid) => new()
        {
            Id = alert.Id,
            UnixNanoseconds = alert.UnixNanoseconds,
            Priority = alert.Priority,
            Rule = alert.Rule,
            Output = alert.Output,
            Hostname = "",
            Tags = alert.Tags,
            Fields = [new AlertField("Cluster", AlertValue.Of("it's \"blue\"")), new AlertField("o'clock \"x", AlertValue.Of(7)), new AlertField("pid", AlertValue.Of(pid))],
        };
        var result = await TestDestinations.DeliverAsync(Yaml("secret"), Added(TestAlerts.Typical(), "4711"), Added(TestAlerts.Of("Robert'); DROP TABLE x;--\0"), "null"));
        Assert.Equal((DeliveryOutcome.Delivered, ""), (result.All.Outcome, result.All.Reason));
        Assert.Equal("2023-11-14 22:13:20.123457+00|Terminal shell in container|Warning||container,mitre_execution||it's \"blue\"|7|4711", await _server.AskAsync("SELECT time, rule, priority, source, tags, hostname, cluster, \"o'clock \"\"x\", pid FROM falcosidekick_events WHERE pid IS NOT NULL"));
        Assert.Equal("Robert'); DROP TABLE x;--\uFFFD", await _server.AskAsync("SELECT rule FROM falcosidekick_events WHERE pid IS NULL"));
        Assert.Equal(DeliveryOutcome.Rejected, (await TestDestinations.DeliverAsync(Yaml("secret"), Added(TestAlerts.Of(), "1"), Added(TestAlerts.Of(), "no number"))).All.Outcome);
        Assert.Equal("2", await _server.AskAsync("SELECT count(*) FROM falcosidekick_events"));
        await Assert.ThrowsAnyAsync<Exception>(() => TestDestinations.DeliverAsync(Yaml("wrong"), TestAlerts.Of()));
    }
}
