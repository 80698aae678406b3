using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Gcp;

public sealed class GcpTests
{
    private const string Function = "projects/p/locations/europe-west1/functions/f";

    private static readonly Dictionary<string, (string Settings, string Path, string Scope)> Kinds = new()
    {
        ["pubsub"] = ("pubsub: {projectid: p, topic: t, customattributes: {team: blue}, endpoint: 'HOST'}", "/v1/projects/p/topics/t:publish", "https://www.googleapis.com/auth/pubsub"),
        ["storage"] = ("storage: {bucket: b, prefix: /falco/x/, endpoint: 'HOST'}", "/upload/storage/v1/b/b/o", "https://www.googleapis.com/auth/devstorage.read_write"),
        ["functions"] = ($"cloudfunctions: {{name: {Function}, endpoint: 'HOST'}}", $"/v1/{Function}:call", "https://www.googleapis.com/auth/cloud-platform"),
        ["chronicle"] = ("chronicle: {region: eu, projectid: p, instanceid: i, endpoint: 'HOST'}", "/v1beta/projects/p/locations/eu/instances/i/logTypes/FALCO_IDS/logs:import", "https://www.googleapis.com/auth/cloud-platform"),
        ["chronicleforwarder"] = ("chronicle: {region: eu, projectid: p, instanceid: i, logtype: MINE, forwarder: fw, endpoint: 'HOST'}", "/v1beta/projects/p/locations/eu/instances/i/logTypes/MINE/logs:import", "https://www.googleapis.com/auth/cloud-platform"),
        ["functionaddress"] = ($"cloudfunctions: {{name: {Function}, invocation: http, endpoint: 'HOST/f'}}", "/f", "for https://europe-west1-p.cloudfunctions.net/f"),
        ["cloudrun"] = ("cloudrun: {endpoint: 'HOST/run'}", "/run", "for HOST"),
    };

    public static TheoryData<string> AllKinds => [.. Kinds.Keys];

    private static string Yaml(string kind, string host) => $"gcp: {{credentials: {TestServiceAccount.Credentials(host + "/token")}, {Kinds[kind].Settings.Replace("HOST", host, StringComparison.Ordinal)}}}";

    // The token service gives tokens of both sorts; what the API answers is the test's.
    private static (int, string, (string, string)[]) Answer(RecordedRequest request, int status, string text) => request.Path != "/token"
        ? (status, text, [])
        : (200, $$"""{"access_token":"access1","expires_in":3599,"token_type":"Bearer","id_token":"{{TestServiceAccount.IdentityToken("x")}}"}""", []);

    private static async Task<(DeliveryResult Result, RecordedRequest Request)> SendAsync(string kind, int status, string text, params Alert[] alerts)
    {
        await using var google = await HttpRecorder.StartAsync();
        google.Answer = request => Answer(request, status, text);
        var result = await TestDestinations.DeliverAsync(Yaml(kind, google.Address), alerts);
        Assert.Equal(["/token", Kinds[kind].Path], google.Requests.Select(r => r.Path));
        return (result, google.Requests[1]);
    }

    private static JsonElement Parse(RecordedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.Clone();
    }

    private static Alert Bare(AlertPriority priority) => new() { Id = Guid.NewGuid(), UnixNanoseconds = 1_700_000_000_000_000_000, Priority = priority, Rule = "r" };

    private static Alert Huge() => TestAlerts.Of("ä|\"\n🐦", fields: [("f", new string('"', 1024 * 1024))]);

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task CallsCarryATokenThatTheServiceAccountsKeySignedForAndThatIsKept(string kind)
    {
        await using var google = await HttpRecorder.StartAsync();
        google.Answer = request => Answer(request, 200, "{}");
        await using var destination = TestDestinations.Create(Yaml(kind, google.Address));
        for (var i = 0; i < 3; i++) Assert.Equal(DeliveryOutcome.Delivered, (await destination.DeliverAsync([TestAlerts.Typical()], TestContext.Current.CancellationToken)).All.Outcome);
        var path = Kinds[kind].Path;
        Assert.Equal(["/token", path, path, path], google.Requests.Select(r => r.Path));
        var claims = TestServiceAccount.CheckAssertion(google.Requests[0]);
        Assert.Equal(google.Address + "/token", claims.GetProperty("aud").GetString());
        var wanted = Kinds[kind].Scope.Replace("HOST", google.Address, StringComparison.Ordinal);
        var isIdentity = wanted.StartsWith("for ", StringComparison.Ordinal);
        Assert.Equal(wanted, isIdentity ? "for " + claims.GetProperty("target_audience").GetString() : claims.GetProperty("scope").GetString());
        foreach (var request in google.Requests.Skip(1))
        {
            Assert.StartsWith(isIdentity ? "Bearer e30." : "Bearer access1", request.Headers["Authorization"], StringComparison.Ordinal);
            Assert.Equal(("POST", "application/json; charset=utf-8"), (request.Method, request.Headers["Content-Type"]));
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task TroubleIsToldApart(string kind)
    {
        foreach (var (status, text, outcome) in new[]
                 {
                     (429, "", DeliveryOutcome.Retry), (503, "", DeliveryOutcome.Retry), (500, "<html>", DeliveryOutcome.Retry), (401, "", DeliveryOutcome.Retry),
                     (403, """{"error":{"errors":[{"reason":"rateLimitExceeded"}]}}""", DeliveryOutcome.Retry), (403, """{"error":{"status":"PERMISSION_DENIED"}}""", DeliveryOutcome.Rejected), (400, "", DeliveryOutcome.Rejected),
                 })
        {
            var (result, _) = await SendAsync(kind, status, text, TestAlerts.Typical());
            Assert.Equal((status, text, outcome), (status, text, result.All.Outcome));
        }
    }

    [Fact]
    public async Task ATokenThatTheServiceRefusesOrThatEndsSoonIsFetchedAgain()
    {
        await using var google = await HttpRecorder.StartAsync();
        var (seconds, status) = (3600, 401);
        google.Answer = request => request.Path == "/token" ? (200, $$"""{"access_token":"a","expires_in":{{seconds}}}""", []) : (status, "{}", []);
        await using var destination = TestDestinations.Create(Yaml("pubsub", google.Address));
        await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        (status, seconds) = (200, 100);
        for (var i = 0; i < 2; i++) await destination.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        Assert.Equal(3, google.Requests.Count(r => r.Path == "/token"));
    }

    [Fact]
    public async Task ATokenServiceThatGivesNoneIsTriedAgainAndItsReasonShown()
    {
        await using var google = await HttpRecorder.StartAsync();
        google.AnswerWith(400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""");
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(Yaml("pubsub", google.Address), TestAlerts.Of()));
        Assert.Contains("hub@p.iam.gserviceaccount.com gives no token: HTTP 400: {\"error\":\"invalid_grant\"", refused.Message, StringComparison.Ordinal);
        google.AnswerWith(200, """{"token":"secret-of-somebody"}""");
        var odd = await Assert.ThrowsAsync<HttpRequestException>(() => TestDestinations.DeliverAsync(Yaml("pubsub", google.Address), TestAlerts.Of()));
        Assert.DoesNotContain("secret-of-somebody", odd.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATopicGetsManyEventsWithTheirAttributesInACall()
    {
        Alert[] alerts = [TestAlerts.Typical(), Huge(), .. AlertPriorities.Levels.Select(Bare)];
        var (result, request) = await SendAsync("pubsub", 200, """{"messageIds":["1"]}""", alerts);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        var messages = Parse(request).GetProperty("messages");
        Assert.Equal(alerts.Select(a => Encoding.UTF8.GetString(a.ToJson())), messages.EnumerateArray().Select(m => Encoding.UTF8.GetString(m.GetProperty("data").GetBytesFromBase64())));
        Assert.All(messages.EnumerateArray(), m => Assert.Equal("blue", m.GetProperty("attributes").GetProperty("team").GetString()));
    }

    [Fact]
    public async Task EachEventIsAnObjectThatARepetitionFinds()
    {
        var alert = TestAlerts.Typical();
        var (_, request) = await SendAsync("storage", 200, "{}", alert);
        Assert.Equal($"?uploadType=media&ifGenerationMatch=0&name={Uri.EscapeDataString($"falco/x/2023-11-14/2023-11-14T22:13:20.123456789Z-{alert.Id}.json")}", request.Query);
        Assert.Equal(alert.ToJson(), request.Body);
        Assert.Equal(DeliveryOutcome.Delivered, (await SendAsync("storage", 412, "", alert)).Result.All.Outcome);
        var huge = Huge();
        Assert.Equal(huge.ToJson(), (await SendAsync("storage", 200, "{}", huge)).Request.Body);
    }

    [Fact]
    public async Task AFunctionGetsTheEventAndItsFailureIsSeen()
    {
        foreach (var alert in new[] { TestAlerts.Typical(), Huge(), Bare(AlertPriority.Emergency) })
        {
            var (result, call) = await SendAsync("functions", 200, """{"executionId":"1","result":"ok"}""", alert);
            Assert.Equal((DeliveryOutcome.Delivered, Encoding.UTF8.GetString(alert.ToJson())), (result.All.Outcome, Parse(call).GetProperty("data").GetString()));
            Assert.Equal(alert.ToJson(), (await SendAsync("functionaddress", 200, "whatever it says", alert)).Request.Body);
            Assert.Equal(alert.ToJson(), (await SendAsync("cloudrun", 204, "", alert)).Request.Body);
        }
        Assert.Contains("boom", (await SendAsync("functions", 200, """{"executionId":"1","error":"boom"}""", TestAlerts.Of())).Result.All.Reason, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Retry, (await SendAsync("functions", 200, "<html>a proxy</html>", TestAlerts.Of())).Result.All.Outcome);
    }

    [Fact]
    public async Task LogsCarryTheirTimesAndNeverComeFromTheFuture()
    {
        var future = Bare(AlertPriority.Alert) with { UnixNanoseconds = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds() * 1_000_000 };
        Alert[] alerts = [TestAlerts.Typical(), future, Huge()];
        var (_, request) = await SendAsync("chronicle", 200, "{}", alerts);
        var source = Parse(request).GetProperty("inlineSource");
        Assert.False(source.TryGetProperty("forwarder", out _));
        Assert.Equal("projects/p/locations/eu/instances/i/forwarders/fw", Parse((await SendAsync("chronicleforwarder", 200, "{}", alerts[0])).Request).GetProperty("inlineSource").GetProperty("forwarder").GetString());
        var logs = source.GetProperty("logs");
        Assert.Equal(alerts[0].ToJson(), logs[0].GetProperty("data").GetBytesFromBase64());
        Assert.Equal("2023-11-14T22:13:20.123456789Z", logs[0].GetProperty("logEntryTime").GetString());
        Assert.All(logs.EnumerateArray(), l => Assert.True(l.GetProperty("collectionTime").GetDateTimeOffset() > l.GetProperty("logEntryTime").GetDateTimeOffset()));
        // A log has less than a megabyte; what is left of a larger event is an event all the same.
        var cut = logs[2].GetProperty("data").GetBytesFromBase64();
        Assert.InRange(cut.Length, 1, 600_000);
        Assert.EndsWith("\"…", AlertReader.Read(cut).FieldText("f"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gcp: {credentials: '!', storage: {bucket: b}}", "gcp.credentials: the base64 of a JSON file")]
    [InlineData("gcp: {credentials: eyJ0eXBlIjoic2VydmljZV9hY2NvdW50In0=, storage: {bucket: b}}", "gcp.credentials: this is no whole JSON file of Google credentials")]
    [InlineData("gcp: {credentials: '{\"type\":\"magic\"}', storage: {bucket: b}}", "credentials of type 'magic' are not known")]
    [InlineData("gcp: {credentials: '{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"hunter2\"}', storage: {bucket: b}}", "gcp.credentials: this is no whole JSON file of Google credentials")]
    [InlineData("gcp: {credentials: '{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nhunter2A\\n-----END PRIVATE KEY-----\"}', storage: {bucket: b}}", "gcp.credentials: this is no whole JSON file of Google credentials")]
    [InlineData("gcp: {credentials: '{\"type\":\"authorized_user\",\"client_id\":\"a\",\"client_secret\":\"b\",\"refresh_token\":\"c\"}', cloudrun: {endpoint: 'http://x'}}", "gcp.cloudrun: the Google credentials give no identity tokens")]
    [InlineData("gcp: {workloadidentity: true, cloudfunctions: {name: f}}", "gcp.cloudfunctions.name: projects/PROJECT/locations")]
    [InlineData("gcp: {workloadidentity: true, chronicle: {region: 'e u', projectid: p, instanceid: i}}", "gcp.chronicle: 'https://chronicle.e u.rep.googleapis.com' is no address")]
    [InlineData("gcp: {workloadidentity: true, pubsub: {projectid: p, topic: t, customattributes: {googa: b}}}", "gcp.pubsub.customattributes: 'googa'")]
    public void WhatCannotBeIsRefusedInWordsAndWithoutTheSecret(string yaml, string message)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => TestDestinations.Create(yaml));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }
}
