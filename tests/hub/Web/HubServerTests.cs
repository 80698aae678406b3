using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Web;

/// <summary>The hub as senders, scrapers and people see it.</summary>
public sealed class HubServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnAlertReachesItsDestinationAndTheStore()
    {
        await using var service = await HttpRecorder.StartAsync();
        await using var hub = await RunningHub.StartAsync(_folder.Path, $$$"""
            webhook: {address: '{{{service.Address}}}'}
            customfields: {team: blue}
            customtags: [fleet]
            templatedfields: {where: '{{ index . "k8s.ns.name" }}'}
            """);
        using var answer = await hub.PostAsync(TestAlerts.Json, "/any/path");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.HoldsAsync(() => service.Requests.Count == 1, () => "the webhook got nothing");
        using var sent = JsonDocument.Parse(service.Requests[0].Body);
        Assert.Equal("blue", sent.RootElement.GetProperty("output_fields").GetProperty("team").GetString());
        Assert.Equal("payments", sent.RootElement.GetProperty("output_fields").GetProperty("where").GetString());
        Assert.Equal(["container", "fleet", "mitre_execution"], sent.RootElement.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!));
        await Eventually.HoldsAsync(() => hub.Hub.Filler.Position == 2, () => "the store has nothing");
        var found = await hub.GetAsync("/api/v1/events/search?priority=warning&tags=fleet&filter=SHELL&since=20y");
        Assert.Equal(1, found.GetProperty("statistics").GetProperty("all").GetInt64());
        Assert.Equal(sent.RootElement.GetProperty("uuid").GetString(), found.GetProperty("results")[0].GetProperty("uuid").GetString());
        Assert.Equal(0, (await hub.GetAsync("/api/v1/events/count?rule=another")).GetProperty("statistics").GetProperty("all").GetInt64());
    }

    [Fact]
    public async Task WhatWasAnsweredIsDeliveredAfterARestart()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(503);
        var yaml = $"webhook: {{address: '{service.Address}', delivery: {{backoff: 20ms, maxbackoff: 50ms}}}}";
        await using (var hub = await RunningHub.StartAsync(_folder.Path, yaml))
        {
            for (var i = 0; i < 10; i++) (await hub.PostAsync(TestAlerts.Json)).Dispose();
            await Eventually.HoldsAsync(() => service.Requests.Count > 2, () => "the webhook was not tried again");
            await Eventually.HoldsAsync(() => hub.Hub.Workers[0].Queue.Count == 10, () => "not all were routed");
            var health = (await hub.GetAsync("/healthz?verbose")).GetProperty("destinations")[0];
            Assert.NotEqual("ok", health.GetProperty("status").GetString());
            Assert.Equal("HTTP 503", health.GetProperty("last_error").GetString());
            Assert.Equal(10, health.GetProperty("waiting").GetInt64());
        }
        service.AnswerWith(200);
        var before = service.Requests.Count;
        await using (var hub = await RunningHub.StartAsync(_folder.Path, yaml))
        {
            await Eventually.HoldsAsync(() => hub.Hub.Workers[0].Counters.Delivered == 10, () => $"{hub.Hub.Workers[0].Counters.Delivered} of 10 were delivered");
        }
        Assert.Equal(10, service.Requests.Skip(before).Select(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("uuid").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task WhatIsRefusedGoesToTheDeadLettersAndCanBeReplayed()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(400, "no such field");
        await using var hub = await RunningHub.StartAsync(_folder.Path, $"webhook: {{address: '{service.Address}/secret-path'}}");
        (await hub.PostAsync(TestAlerts.Json)).Dispose();
        await Eventually.HoldsAsync(() => hub.Hub.Workers[0].DeadLetters.Count == 1, () => "there is no dead letter");
        var letters = await hub.GetAsync("/api/v1/dead-letters/webhook");
        Assert.Equal("HTTP 400: no such field", letters[0].GetProperty("reason").GetString());
        service.AnswerWith(200);
        using var replayed = await hub.PostAsync("", "/api/v1/dead-letters/webhook/replay");
        Assert.Equal("{\"replayed\":1}", await replayed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Eventually.HoldsAsync(() => hub.Hub.Workers[0].Counters.Delivered == 1, () => "it was not delivered");
        Assert.Equal(0, hub.Hub.Workers[0].DeadLetters.Count);
    }

    [Fact]
    public async Task AStartThatFailsLeavesTheDataFolderToTheNext()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "destinations"), "in the way");
        await Assert.ThrowsAnyAsync<IOException>(() => RunningHub.StartAsync(_folder.Path, "webhook: {address: 'http://localhost/'}"));
        File.Delete(Path.Combine(_folder.Path, "destinations"));
        await using var hub = await RunningHub.StartAsync(_folder.Path, "webhook: {address: 'http://localhost/'}");
        using var answer = await hub.PostAsync(TestAlerts.Json);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("not json", HttpStatusCode.BadRequest)]
    public async Task WhatIsNoAlertIsRefused(string body, HttpStatusCode status)
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "");
        using var answer = await hub.PostAsync(body);
        Assert.Equal(status, answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, hub.Hub.Journal.End.Sequence);
    }

    [Fact]
    public async Task APackedBodyIsUnpackedWithinTheBound()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "ingest: {maxbody: 100000}");
        Assert.Equal(HttpStatusCode.OK, (await PostPackedAsync(hub, TestAlerts.Json)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostPackedAsync(hub, new string(' ', 10_000_000) + TestAlerts.Json)).StatusCode);
        using var large = await hub.PostAsync(new string(' ', 100_001));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(2, hub.Hub.Journal.End.Sequence);
    }

    [Fact]
    public async Task ATokenIsAskedForWhereTokensAreConfigured()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "ingest: {tokens: {fleet: correct-horse}}");
        using (var refused = await hub.PostAsync(TestAlerts.Json)) Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        hub.Client.DefaultRequestHeaders.Authorization = new("Bearer", "correct-horse");
        using (var taken = await hub.PostAsync(TestAlerts.Json)) Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task ASenderThatSendsTooMuchIsToldToWait()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "ingest: {rate: 1, burst: 3}");
        for (var i = 0; i < 3; i++) (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        using var answer = await hub.PostAsync(string.Concat(Enumerable.Repeat(TestAlerts.Json, 3)));
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task TheTestAlertReachesDestinationsOfAnyLevel()
    {
        await using var service = await HttpRecorder.StartAsync();
        await using var hub = await RunningHub.StartAsync(_folder.Path, $"webhook: {{address: '{service.Address}', minimumpriority: critical}}");
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        (await hub.PostAsync("", "/test")).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => service.Requests.Count == 1, () => "the webhook got nothing");
        Assert.Contains("\"Test rule\"", service.Requests[0].Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await hub.Client.GetAsync("/test", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task MetricsCarryTheReferencesNames()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "prometheus: {extralabels: 'proc.aname[2]'}");
        (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        (await hub.PostAsync("{}")).Dispose();
        var text = await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("falcosecurity_falcosidekick_inputs_total{source=\"requests\",status=\"accepted\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("falcosecurity_falcosidekick_inputs_total{source=\"requests\",status=\"rejected\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("falcosecurity_falcosidekick_falco_events_total{hostname=\"node-1\",rule=\"Terminal shell in container\",priority=\"4\",priority_raw=\"warning\",source=\"syscall\",k8s_ns_name=\"payments\",k8s_pod_name=\"\",proc_aname_2_=\"bash\"} 1\n", text, StringComparison.Ordinal);
        Assert.Equal("pong\n", await hub.Client.GetStringAsync("/ping", TestContext.Current.CancellationToken));
        Assert.Equal("{\"status\":\"ok\"}", await hub.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("null", "")]
    [InlineData("[\"a\"]", "[\\\"a\\\"]")]
    [InlineData("{\"a\":true}", "{\\\"a\\\":true}")]
    public async Task NamesOfKubernetesThatAreNoTextCostNothing(string value, string label)
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "");
        (await hub.PostAsync(TestAlerts.Json.Replace("\"payments\"", value, StringComparison.Ordinal))).EnsureSuccessStatusCode();
        Assert.Contains($"k8s_ns_name=\"{label}\"", await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachAlertIsCountedOnceHoweverOftenItIsTried()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = r => (r.Text.Contains("Refused", StringComparison.Ordinal) ? 400 : service.Requests.Count % 3 == 0 ? 200 : 503, "", [("Retry-After", "0")]);
        await using var hub = await RunningHub.StartAsync(_folder.Path, $"delivery: {{backoff: 10ms}}\nwebhook: {{address: '{service.Address}'}}");
        for (var i = 0; i < 5; i++) (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        (await hub.PostAsync(TestAlerts.Json.Replace("Terminal shell in container", "Refused", StringComparison.Ordinal))).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => hub.Hub.Workers[0].Counters is { Delivered: 5, Rejected: 1 }, () => $"{hub.Hub.Workers[0].Counters.Delivered} were delivered");
        var text = await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("falcosecurity_falcosidekick_outputs_total{destination=\"webhook\",status=\"ok\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("falcosecurity_falcosidekick_outputs_total{destination=\"webhook\",status=\"error\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecretsAreNowhereToBeSeen()
    {
        await using var service = await HttpRecorder.StartAsync();
        // A service that repeats all that it was told.
        service.Answer = r => (400, $"{r.Path}{r.Query} {string.Join(' ', r.Headers.Values)} {r.Text}", []);
        string[] secrets = ["telegram-s3cret", "slack-s3cret", "influx-s3cret", "datadog-s3cret", "pager-s3cret", "header-s3cret", "otlp-s3cret"];
        var (port, nobody) = (FreePort.Next(), FreePort.Next());
        var file = _folder.File("config.yaml");
        await File.WriteAllTextAsync(file, $$"""
            debug: true
            listenaddress: 127.0.0.1
            listenport: {{port}}
            data: {{_folder.File("data")}}
            telegram: {token: telegram-s3cret, chatid: 1, host: '{{service.Address}}'}
            slack: {webhookurl: 'http://127.0.0.1:{{nobody}}/services/slack-s3cret'}
            influxdb: {hostport: '{{service.Address}}', user: u, password: influx-s3cret}
            datadog: {apikey: datadog-s3cret, host: '{{service.Address}}'}
            pagerduty: {routingkey: pager-s3cret, address: '{{service.Address}}'}
            webhook: {address: '{{service.Address}}', customheaders: {X-Key: header-s3cret} }
            otlp: {logs: {endpoint: '{{service.Address}}', headers: 'x-key=otlp-s3cret'} }
            """, TestContext.Current.CancellationToken);
        await using var hub = await HubProcess.StartAsync(file, port);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        (await client.PostAsync("/", new StringContent(TestAlerts.Json), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => hub.Log.Split("went to the dead letters").Length > 6 && hub.Log.Contains("wait for another try", StringComparison.Ordinal), () => hub.Log);
        var seen = new StringBuilder(hub.Log);
        foreach (var path in new[] { "/metrics", "/healthz?verbose", "/api/v1/dead-letters/telegram", "/api/v1/dead-letters/influxdb", "/api/v1/dead-letters/datadog", "/api/v1/dead-letters/pagerduty", "/api/v1/dead-letters/webhook", "/api/v1/dead-letters/otlplogs" })
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            seen.Append(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        Assert.Contains("***", seen.ToString(), StringComparison.Ordinal);
        Assert.All(secrets, s => Assert.DoesNotContain(s, seen.ToString(), StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> PostPackedAsync(RunningHub hub, string body)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        return await hub.Client.PostAsync("/", content, TestContext.Current.CancellationToken);
    }
}
