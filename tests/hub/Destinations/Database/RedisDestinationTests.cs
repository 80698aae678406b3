using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Database;

/// <summary>Against Redis itself.</summary>
public sealed class RedisDestinationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EventsGoToTheEndOfAListInTheirOrder()
    {
        await using var server = await StartAsync();
        Alert[] alerts = [TestAlerts.Typical(), .. AlertPriorities.Levels.Select(p => TestAlerts.Of("Rule \"ä\" 🐦\n|", p, ("big", new string('x', 1024 * 1024))))];
        await using var destination = TestDestinations.Create($"redis: {{address: '127.0.0.1:{server.Port}', database: 3}}");
        foreach (var alert in alerts) Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync([alert], TestContext.Current.CancellationToken)).All.Outcome);
        await destination.DeliverAsync(alerts, TestContext.Current.CancellationToken);
        var kept = (await AskAsync(server, "-n", "3", "LRANGE", "falco", "0", "-1")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([.. alerts.Select(a => Encoding.UTF8.GetString(a.ToJson())), .. alerts.Select(a => Encoding.UTF8.GetString(a.ToJson()))], kept);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public async Task AVersionThatPeopleConfiguredChangesNothing(int version)
    {
        await using var server = await StartAsync();
        var yaml = $"redis: {{address: '127.0.0.1:{server.Port}', version: {version}, key: events}}";
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of(), TestAlerts.Of())).All.Outcome);
        Assert.Equal("2", (await AskAsync(server, "LLEN", "events")).Trim());
    }

    [Fact]
    public async Task AHashHasThemByTheirIds()
    {
        await using var server = await StartAsync();
        var alert = TestAlerts.Typical();
        await TestDestinations.DeliverAsync($"redis: {{address: '127.0.0.1:{server.Port}', storagetype: hashmap, key: events}}", alert, TestAlerts.Of());
        Assert.Equal("2", (await AskAsync(server, "HLEN", "events")).Trim());
        using var kept = JsonDocument.Parse(await AskAsync(server, "HGET", "events", alert.Id.ToString()));
        Assert.Equal(alert.Rule, kept.RootElement.GetProperty("rule").GetString());
    }

    [Theory]
    [InlineData("username: writer, password: right", DeliveryOutcome.Delivered)]
    [InlineData("username: writer, password: wrong", null)]
    [InlineData("username: reader, password: right", DeliveryOutcome.Rejected)]
    [InlineData("password: all", DeliveryOutcome.Delivered)]
    [InlineData("key: falco", DeliveryOutcome.Retry)]
    public async Task UsersHaveTheirRights(string settings, DeliveryOutcome? expected)
    {
        await using var server = await StartAsync("--requirepass", "all", "--user", "writer", "on", ">right", "~*", "+@all", "--user", "reader", "on", ">right", "~*", "+@read");
        var yaml = $"redis: {{address: '127.0.0.1:{server.Port}', {settings}}}";
        if (expected is null) Assert.Contains("WRONGPASS", (await Assert.ThrowsAsync<IOException>(() => TestDestinations.DeliverAsync(yaml, TestAlerts.Of()))).Message, StringComparison.Ordinal);
        else Assert.Equal(expected, (await TestDestinations.DeliverAsync(yaml, TestAlerts.Of())).All.Outcome);
    }

    [Fact]
    public async Task AKeyOfAnotherTypeIsRefusedForGood()
    {
        await using var server = await StartAsync();
        await AskAsync(server, "SET", "falco", "text");
        var result = await TestDestinations.DeliverAsync($"redis: {{address: '127.0.0.1:{server.Port}'}}", TestAlerts.Of());
        Assert.Equal(DeliveryOutcome.Rejected, result.All.Outcome);
        Assert.StartsWith("WRONGTYPE", result.All.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeptConnectionThatTheServerClosedIsMadeAgain()
    {
        await using var server = await StartAsync();
        await using var destination = TestDestinations.Create($"redis: {{address: '127.0.0.1:{server.Port}'}}");
        await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        await AskAsync(server, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal("2", (await AskAsync(server, "LLEN", "falco")).Trim());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("cacertfile: {CA}, mutualtls: true, certfile: {CERT}, keyfile: {KEY}", true)]
    [InlineData("cacertfile: {CA}", false)]
    public async Task TlsWantsWhatWasAgreed(string settings, bool works)
    {
        var certificates = new TestCertificates(_folder);
        var port = FreePort.Next();
        await using var server = await ServerProcess.StartAsync("redis-server", port, ["--port", "0", "--tls-port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", _folder.Path, "--tls-cert-file", certificates.Server, "--tls-key-file", certificates.ServerKey, "--tls-ca-cert-file", certificates.Authority]);
        settings = settings.Replace("{CA}", certificates.Authority, StringComparison.Ordinal).Replace("{CERT}", certificates.Client, StringComparison.Ordinal).Replace("{KEY}", certificates.ClientKey, StringComparison.Ordinal);
        var delivery = TestDestinations.DeliverAsync($"redis: {{address: '127.0.0.1:{port}', tls: true{(settings.Length > 0 ? ", " + settings : "")}}}", TestAlerts.Of());
        if (works) Assert.Equal(DeliveryOutcome.Delivered, (await delivery).All.Outcome);
        else await Assert.ThrowsAnyAsync<Exception>(() => delivery);
    }

    private async Task<ServerProcess> StartAsync(params string[] more)
    {
        var port = FreePort.Next();
        return await ServerProcess.StartAsync("redis-server", port, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", _folder.Path, .. more]);
    }

    private static Task<string> AskAsync(ServerProcess server, params string[] words) => ServerProcess.RunAsync("redis-cli", ["-p", server.Port.ToString(CultureInfo.InvariantCulture), .. words]);
}
