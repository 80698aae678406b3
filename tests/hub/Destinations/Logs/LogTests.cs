using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Logs;

public sealed class LogTests
{
    private static async Task<RecordedRequest> SendAsync(string yaml, params Alert[] alerts)
    {
        await using var service = await HttpRecorder.StartAsync();
        var result = await TestDestinations.DeliverAsync(yaml.Replace("HOST", service.Address, StringComparison.Ordinal), alerts);
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        return Assert.Single(service.Requests);
    }

    private static List<JsonElement> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    [Fact]
    public async Task ElasticsearchGetsTheEventsOfTheDaysThatTheyHappened()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(200, "{\"errors\":false,\"items\":[]}");
        var alert = TestAlerts.Typical();
        await TestDestinations.DeliverAsync($"elasticsearch: {{hostport: '{service.Address}', index: falco, suffix: daily, pipeline: p, apikey: abcd, flattenfields: true, enablecompression: true}}", alert);
        var request = Assert.Single(service.Requests);
        Assert.Equal(("POST", "/_bulk", "?pipeline=p", "ApiKey abcd", "gzip"), (request.Method, request.Path, request.Query, request.Headers["Authorization"], request.Headers["Content-Encoding"]));
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress));
        var lines = Lines(await unpacked.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("falco-2023.11.14", alert.Id.ToString()), (lines[0].GetProperty("create").GetProperty("_index").GetString(), lines[0].GetProperty("create").GetProperty("_id").GetString()));
        Assert.Equal("2023-11-14T22:13:20.123456789Z", lines[1].GetProperty("@timestamp").GetString());
        Assert.Equal("bash", lines[1].GetProperty("output_fields").GetProperty("proc_aname_2").GetString());
    }

    [Fact]
    public async Task ElasticsearchTellsWhichDocumentsItTook()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(200, """{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":409}},{"create":{"status":400,"error":{"type":"document_parsing_exception","reason":"failed to parse field [x]"}}},{"create":{"status":429,"error":{"reason":"queue is full"}}}]}""");
        var result = await TestDestinations.DeliverAsync($"elasticsearch: {{hostport: '{service.Address}'}}", TestAlerts.Of(), TestAlerts.Of(), TestAlerts.Of(), TestAlerts.Of());
        Assert.Equal([DeliveryOutcome.Delivered, DeliveryOutcome.Delivered, DeliveryOutcome.Rejected, DeliveryOutcome.Retry], Enumerable.Range(0, 4).Select(i => result[i].Outcome));
        Assert.Equal("HTTP 400: failed to parse field [x]", result[2].Reason);
        service.AnswerWith(400, """{"error":{"type":"illegal_argument_exception","reason":"no such pipeline"},"status":400}""");
        Assert.Equal(DeliveryOutcome.Rejected, (await TestDestinations.DeliverAsync($"elasticsearch: {{hostport: '{service.Address}'}}", TestAlerts.Of())).All.Outcome);
        service.AnswerWith(200, "<html>a proxy</html>");
        Assert.Equal(DeliveryOutcome.Retry, (await TestDestinations.DeliverAsync($"elasticsearch: {{hostport: '{service.Address}'}}", TestAlerts.Of())).All.Outcome);
    }

    [Fact]
    public async Task ElasticsearchMakesATemplateOnlyWhereThereIsNone()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = r => (r.Method == "HEAD" ? 404 : 200, "{\"errors\":false}", []);
        await TestDestinations.DeliverAsync($"elasticsearch: {{hostport: '{service.Address}', createindextemplate: true, numberofshards: 1}}", TestAlerts.Of());
        Assert.Equal(["HEAD /_index_template/falco", "PUT /_index_template/falco", "POST /_bulk"], service.Requests.Select(r => $"{r.Method} {r.Path}"));
        service.Answer = _ => (503, "", []);
        Assert.Equal(DeliveryOutcome.Retry, (await TestDestinations.DeliverAsync($"elasticsearch: {{hostport: '{service.Address}', createindextemplate: true}}", TestAlerts.Of())).All.Outcome);
    }

    [Fact]
    public async Task LokiGetsAStreamForEachSetOfLabels()
    {
        var request = await SendAsync("loki: {hostport: 'HOST', user: u, apikey: key1, tenant: t1, extralabels: 'proc.aname[2]'}", TestAlerts.Typical(), TestAlerts.Typical(), TestAlerts.Of());
        Assert.Equal(("/loki/api/v1/push", "Basic dTprZXkx", "t1"), (request.Path, request.Headers["Authorization"], request.Headers["X-Scope-OrgID"]));
        using var body = JsonDocument.Parse(request.Body);
        var streams = body.RootElement.GetProperty("streams");
        Assert.Equal(2, streams.GetArrayLength());
        Assert.Equal(("payments", "bash"), (streams[0].GetProperty("stream").GetProperty("k8s_ns_name").GetString(), streams[0].GetProperty("stream").GetProperty("proc_aname_2_").GetString()));
        Assert.Equal("1700000000123456789", streams[0].GetProperty("values")[1][0].GetString());
    }

    [Fact]
    public async Task SplunkGetsTimesAndHosts()
    {
        var request = await SendAsync("splunk: {host: 'HOST/services/collector', token: key1}", TestAlerts.Typical());
        Assert.Equal(("/services/collector", "Splunk key1"), (request.Path, request.Headers["Authorization"]));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal((1700000000.123457m, "node-1"), (body.RootElement.GetProperty("time").GetDecimal(), body.RootElement.GetProperty("host").GetString()));
    }

    [Fact]
    public async Task DatadogsKeyIsAHeader()
    {
        var request = await SendAsync("datadog: {apikey: key1, host: 'HOST'}", TestAlerts.Of(priority: AlertPriority.Critical, fields: ("proc.name", "sh")));
        Assert.Equal(("/api/v1/events", "", "key1"), (request.Path, request.Query, request.Headers["DD-API-KEY"]));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal("error", body.RootElement.GetProperty("alert_type").GetString());
        Assert.Contains("proc.name:sh", body.RootElement.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal("/api/v2/logs", (await SendAsync("datadoglogs: {apikey: key1, host: 'HOST/'}", TestAlerts.Of())).Path);
    }

    [Theory]
    [InlineData("sumologic: {receiverurl: 'HOST/receiver/v1/http/x', sourcecategory: c}", "/receiver/v1/http/x")]
    [InlineData("zincsearch: {hostport: 'HOST', username: u, password: pass}", "/api/falco/_doc")]
    [InlineData("openobserve: {hostport: 'HOST', username: u, password: pass}", "/api/default/falco/_multi")]
    [InlineData("quickwit: {hostport: 'HOST'}", "/api/v1/falco/ingest")]
    [InlineData("nodered: {address: 'HOST/flow', user: u, password: pass}", "/flow")]
    [InlineData("n8n: {address: 'HOST/webhook/1', headerauthname: X-Auth, headerauthvalue: pass}", "/webhook/1")]
    [InlineData("tekton: {eventlistener: 'HOST/el'}", "/el")]
    [InlineData("talon: {address: 'HOST/'}", "/")]
    public async Task PlainEventsGoWhereTheyAreExpected(string yaml, string path)
    {
        var alert = TestAlerts.Typical();
        var request = await SendAsync(yaml, alert);
        Assert.Equal(("POST", path), (request.Method, request.Path));
        Assert.Equal(alert.Id, Assert.Single(Lines(request.Text)).GetProperty("uuid").GetGuid());
        if (yaml.Contains("user", StringComparison.Ordinal)) Assert.Equal("Basic dTpwYXNz", request.Headers["Authorization"]);
        if (yaml.Contains("X-Auth", StringComparison.Ordinal)) Assert.Equal("pass", request.Headers["X-Auth"]);
        if (yaml.Contains("sourcecategory", StringComparison.Ordinal)) Assert.Equal("c", request.Headers["X-Sumo-Category"]);
    }

    [Fact]
    public async Task InfluxLinesAreEscaped()
    {
        var request = await SendAsync("influxdb: {hostport: 'HOST', organization: 'my org', token: key1}", TestAlerts.Of("a rule, b=c", fields: ("fd.name", "/tmp/a b\\")));
        Assert.Equal(("/api/v2/write", "?org=my%20org&bucket=falco&precision=ns", "Token key1"), (request.Path, request.Query, request.Headers["Authorization"]));
        Assert.Equal("events,rule=a\\ rule\\,\\ b\\=c,priority=Warning,source=syscall,hostname=node-1,tags=network,fd.name=/tmp/a\\ b value=\"a rule, b=c happened\" 1700000000000000000\n", request.Text);
        Assert.Equal(("/write", "?db=falco&precision=s"), (await SendAsync("influxdb: {hostport: 'HOST', precision: s}", TestAlerts.Of())) is var old ? (old.Path, old.Query) : default);
    }

    [Fact]
    public async Task GrafanaAndGotifyGetTheirForms()
    {
        var grafana = await SendAsync("grafana: {hostport: 'HOST', apikey: key1, dashboardid: 3, allfieldsastags: true}", TestAlerts.Of(fields: ("proc.name", "sh")));
        Assert.Equal(("/api/annotations", "Bearer key1"), (grafana.Path, grafana.Headers["Authorization"]));
        Assert.Contains("\"sh\"", grafana.Text, StringComparison.Ordinal);
        var gotify = await SendAsync("gotify: {hostport: 'HOST', token: key1}", TestAlerts.Of());
        Assert.Equal(("/message", "key1"), (gotify.Path, gotify.Headers["X-Gotify-Key"]));
        Assert.Equal(4, JsonDocument.Parse(gotify.Body).RootElement.GetProperty("priority").GetInt32());
    }

    [Theory]
    [InlineData("json", "3164", "<4>2023-11-14T")]
    [InlineData("cef", "5424", "<4>1 2023-11-14T22:13:20.123456Z node-1 Falco ")]
    public async Task SyslogMessagesAreOneLineEach(string format, string rfc, string start)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accept = listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask();
        var result = await TestDestinations.DeliverAsync($"syslog: {{host: 127.0.0.1, port: '{((IPEndPoint)listener.LocalEndpoint).Port}', format: {format}, rfc: '{rfc}'}}", TestAlerts.Typical(), TestAlerts.Typical());
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        using var client = await accept;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, l => Assert.StartsWith(start, l, StringComparison.Ordinal));
        if (format == "cef") Assert.Contains("|Terminal shell in container|6|", lines[0], StringComparison.Ordinal);
        if (format == "cef") Assert.Contains("procaname2=bash ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void CefIsEscaped() => Assert.EndsWith(
        "|a\\|b\\\\c d|6|uuid=00000000-0000-0000-0000-000000000001 start=1700000000000 msg=a|b\\\\c\\nd happened source=syscall hostname=node-1 proccmdline=x\\=y\\r\\nz\\\\ tags=network",
        Peregrine.Hub.Destinations.Logs.CommonEventFormat.Of(TestAlerts.Of("a|b\\c\nd", fields: ("proc.cmdline", "x=y\r\nz\\")) with { Id = new Guid("00000000-0000-0000-0000-000000000001") }),
        StringComparison.Ordinal);

    [Fact]
    public async Task ADestinationThatIsNotThereIsTriedAgain() =>
        await Assert.ThrowsAnyAsync<Exception>(() => TestDestinations.DeliverAsync($"syslog: {{host: 127.0.0.1, port: '{FreePort.Next()}'}}", TestAlerts.Of()));
}
