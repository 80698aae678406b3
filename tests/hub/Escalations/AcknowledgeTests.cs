using System.Net;
using System.Text.Json;
using Peregrine.Hub.Commands;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Escalations;

/// <summary>Acknowledging as people do it: over HTTP, and by the command.</summary>
public sealed class AcknowledgeTests : IDisposable
{
    private const string Routes = """
        destinations: [{name: chat, kind: webhook, address: 'http://127.0.0.1:9/'}]
        routes: [{name: shells, match: alert.rule startswith Terminal, to: chat, escalate: {after: 1h, to: chat, repeat: 1h}}]

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatIsOpenIsListedAcknowledgedAndCounted()
    {
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), Routes);
        var ids = await OpenAsync(hub, 3);
        var first = (await hub.GetAsync("/api/v1/open-alerts?limit=1"))[0];
        Assert.Equal(("shells", "Terminal shell in container", "Warning", "node-1", 1, 0), (first.GetProperty("route").GetString(), first.GetProperty("rule").GetString(), first.GetProperty("priority").GetString(), first.GetProperty("hostname").GetString(), first.GetProperty("messages").GetInt32(), first.GetProperty("escalated").GetInt32()));
        Assert.Equal(first.GetProperty("since").GetDateTimeOffset().AddHours(1), first.GetProperty("next_escalation").GetDateTimeOffset());
        var unknown = Guid.NewGuid().ToString();
        using var answer = JsonDocument.Parse(await (await hub.PostAsync($$"""{"ids":["{{ids[0]}}","{{unknown}}"],"by":"alice","comment":"looking"}""", "/api/v1/open-alerts/acknowledge")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var done = answer.RootElement.GetProperty("acknowledged")[0];
        Assert.Equal((ids[0], "alice", "looking"), (done.GetProperty("id").GetString(), done.GetProperty("acknowledged").GetProperty("by").GetString(), done.GetProperty("acknowledged").GetProperty("comment").GetString()));
        Assert.Equal(unknown, answer.RootElement.GetProperty("unknown")[0].GetString());
        Assert.Equal(2, (await hub.GetAsync("/api/v1/open-alerts?match=alert.hostname%20=%20node-1")).GetArrayLength());
        var page = await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("peregrine_hub_open_alerts{route=\"shells\"} 2\n", page, StringComparison.Ordinal);
        Assert.Contains("peregrine_hub_acknowledged_alerts_total{route=\"shells\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("peregrine_hub_escalations_total{route=\"shells\"} 0\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstMessageSaysUnderWhichIdentityItIsAcknowledged()
    {
        await using var service = await HttpRecorder.StartAsync();
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), $$"""
            destinations:
              - {name: chat, kind: webhook, address: '{{service.Address}}/chat'}
              - {name: groups, kind: webhook, address: '{{service.Address}}/groups'}
              - {name: archive, kind: webhook, address: '{{service.Address}}/archive'}
            routes:
              - {name: shells, match: alert.rule startswith Terminal, to: chat, escalate: {after: 1h, to: chat} }
              - {name: grouped, to: groups, group: {by: [rule], wait: 10ms}, escalate: {after: 1h, to: groups} }
              - {name: all, to: archive}
            """);
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        (await hub.PostAsync(TestAlerts.Json.Replace("Terminal", "Another", StringComparison.Ordinal))).EnsureSuccessStatusCode();
        string[] Said(string path) => [.. service.Requests.Where(r => r.Path == path).Select(r => r.Text)];
        await Eventually.HoldsAsync(() => Said("/chat").Length == 1 && Said("/groups").Length == 2 && Said("/archive").Length == 2, () => string.Join('\n', service.Requests.Select(r => r.Path)));
        Assert.All(Said("/archive"), text => Assert.DoesNotContain("peregrine.open_id", text, StringComparison.Ordinal));
        foreach (var text in Said("/chat").Concat(Said("/groups")))
        {
            using var message = JsonDocument.Parse(text);
            var id = message.RootElement.GetProperty("output_fields").GetProperty("peregrine.open_id").GetString();
            Assert.Equal(message.RootElement.GetProperty("uuid").GetString(), id);
            Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync($$"""{"ids":["{{id}}"],"by":"alice"}""", "/api/v1/open-alerts/acknowledge")).StatusCode);
        }
        Assert.Equal(0, (await hub.GetAsync("/api/v1/open-alerts")).GetArrayLength());
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "invalid JSON")]
    [InlineData("[]", HttpStatusCode.BadRequest, "a JSON object")]
    [InlineData("{}", HttpStatusCode.BadRequest, "'ids' or 'match' is needed")]
    [InlineData("{\"ids\":[\"x\"]}", HttpStatusCode.BadRequest, "no alert's identity")]
    [InlineData("{\"ids\":[7]}", HttpStatusCode.BadRequest, "no alert's identity")]
    [InlineData("{\"ids\":\"x\"}", HttpStatusCode.BadRequest, "'ids' is a list")]
    [InlineData("{\"match\":\"alert.rule =\"}", HttpStatusCode.BadRequest, "match: the condition cannot be read, at line 1, column 13")]
    [InlineData("{\"match\":7}", HttpStatusCode.BadRequest, "'match' is a text")]
    [InlineData("{\"match\":\"alert.rule exists\",\"who\":\"x\"}", HttpStatusCode.BadRequest, "'who' is not known")]
    [InlineData("{\"ids\":[\"018f3f3e-0000-7000-8000-000000000000\"]}", HttpStatusCode.NotFound, "no alert is open under 018f3f3e-0000-7000-8000-000000000000")]
    public async Task WhatCannotBeAcknowledgedIsRefused(string body, HttpStatusCode status, string message)
    {
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), Routes);
        using var answer = await hub.PostAsync(body, "/api/v1/open-alerts/acknowledge");
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(message, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoHasNoTokenNeitherSeesNorAcknowledges()
    {
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), Routes + "ingest: {tokens: {fleet: correct-horse}}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.Client.GetAsync("/api/v1/open-alerts", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.PostAsync("{\"match\":\"alert.rule exists\"}", "/api/v1/open-alerts/acknowledge")).StatusCode);
        var (code, _, error) = await RunAsync("ack", "--list", "--url", hub.Client.BaseAddress!.ToString());
        Assert.Equal((1, "peregrine-hub: a bearer token that the hub knows is needed (PEREGRINE_HUB_TOKEN)\n"), (code, error));
        // The hub's own configuration has the token, and says where it listens.
        var file = _folder.File("hub.yaml");
        await File.WriteAllTextAsync(file, $"listenport: {hub.Client.BaseAddress!.Port}\n{Routes}ingest: {{tokens: {{fleet: correct-horse}}}}", TestContext.Current.CancellationToken);
        Assert.Equal((0, "nothing is open\n", ""), await RunAsync("ack", "--list", "-c", file));
    }

    [Fact]
    public async Task TheCommandListsAndAcknowledges()
    {
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), Routes);
        var url = hub.Client.BaseAddress!.ToString();
        var ids = await OpenAsync(hub, 4);
        var (_, list, _) = await RunAsync("ack", "-l", "--url", url);
        Assert.Equal(5, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(ids, id => Assert.Contains(id, list, StringComparison.Ordinal));
        Assert.Contains("shells: 12:31:07.482915036: Warning A shell was spawned", list, StringComparison.Ordinal);
        var (code, said, error) = await RunAsync("ack", ids[0], ids[1], "--by", "alice", "--comment", "it's me", "--url", url);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"{ids[0]}: acknowledged (Terminal shell in container, route shells, open since ", said, StringComparison.Ordinal);
        (code, said, error) = await RunAsync("ack", ids[1], Guid.Empty.ToString(), "--url", url);
        Assert.Equal((1, $"peregrine-hub: no alert is open under {Guid.Empty}\n"), (code, error));
        Assert.Matches($"{ids[1]}: acknowledged already, by alice at .* UTC: it's me", said);
        (code, said, _) = await RunAsync("ack", "--match", "k8s.ns.name = payments", "--url", url);
        Assert.Equal((0, 2), (code, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal((1, "", "peregrine-hub: nothing that is open matches\n"), await RunAsync("ack", "--match", "k8s.ns.name = payments", "--url", url));
        Assert.Equal((0, "nothing is open\n", ""), await RunAsync("ack", "--list", "--url", url));
    }

    [Fact]
    public async Task TheCommandKnowsTheHubOfItsConfigurationByItsCertificate()
    {
        var certificates = new TestCertificates(_folder);
        var tls = $"tlsserver: {{deploy: true, certfile: {certificates.Server}, keyfile: {certificates.ServerKey}, mutualtls: true, cacertfile: {certificates.Authority}}}\n";
        await using var hub = await RunningHub.StartAsync(_folder.File("data"), Routes + tls);
        var file = _folder.File("hub.yaml");
        await File.WriteAllTextAsync(file, $"listenport: {hub.Client.BaseAddress!.Port}\n{Routes}{tls}", TestContext.Current.CancellationToken);
        Assert.Equal((0, "nothing is open\n", ""), await RunAsync("ack", "--list", "-c", file, "--certfile", certificates.Client, "--keyfile", certificates.ClientKey));
        Assert.Equal((0, "nothing is open\n", ""), await RunAsync("ack", "--list", "--url", $"https://localhost:{hub.Client.BaseAddress.Port}", "--cacertfile", certificates.Authority, "--certfile", certificates.Client, "--keyfile", certificates.ClientKey));
        var (code, _, error) = await RunAsync("ack", "--list", "--url", $"https://localhost:{hub.Client.BaseAddress.Port}");
        Assert.Equal(1, code);
        Assert.Contains("cannot be reached", error, StringComparison.Ordinal);
        using var another = new TemporaryFolder();
        var others = new TestCertificates(another);
        await File.WriteAllTextAsync(file, $"listenport: {hub.Client.BaseAddress!.Port}\ntlsserver: {{deploy: true, certfile: {others.Server}, keyfile: {others.ServerKey}}}", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await RunAsync("ack", "--list", "-c", file, "--certfile", certificates.Client, "--keyfile", certificates.ClientKey)).Code);
    }

    [Theory]
    [InlineData(2, "which alerts are acknowledged?", "ack")]
    [InlineData(2, "'x' is no alert's uuid", "ack", "x")]
    [InlineData(2, "--list lists, it acknowledges nothing", "ack", "--list", "--by", "me")]
    [InlineData(2, "--by is an option of 'peregrine-hub ack'", "check", "--by", "me")]
    [InlineData(2, "--offline is an option of 'peregrine-hub check'", "ack", "--offline")]
    [InlineData(2, "--comment needs a value", "ack", "--comment")]
    [InlineData(1, "'here' is no address that begins with http:// or https://", "ack", "--list", "--url", "here")]
    [InlineData(1, "cannot be reached", "ack", "--list", "--url", "http://127.0.0.1:9")]
    public async Task WhatCannotBeDoneIsSaid(int code, string message, params string[] args)
    {
        var (ended, _, error) = await RunAsync(args);
        Assert.Equal(code, ended);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>Sends alerts and waits until they are open; their identities.</summary>
    private static async Task<List<string>> OpenAsync(RunningHub hub, int count)
    {
        for (var i = 0; i < count; i++) (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        (await hub.PostAsync(TestAlerts.Json.Replace("Terminal", "Another", StringComparison.Ordinal))).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => hub.Hub.Open.List(null, 100).Count == count && hub.Hub.Router.Lag == 0, () => $"{hub.Hub.Open.List(null, 100).Count} of {count} are open");
        return [.. hub.Hub.Open.List(null, 100).Select(o => o.Id.ToString())];
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await HubCommand.RunAsync(args, output, error), output.ToString(), error.ToString());
    }
}
