using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Otlp;

public sealed class OtlpLogsTests
{
    private static async Task<(RecordedRequest Request, JsonElement Resource, DeliveryResult Result)> SendAsync(string yaml, string answer, params Alert[] alerts)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(200, answer);
        var result = await TestDestinations.DeliverAsync(yaml.Replace("HOST", service.Address, StringComparison.Ordinal), alerts);
        var request = Assert.Single(service.Requests);
        using var body = JsonDocument.Parse(request.Body);
        return (request, Assert.Single(body.RootElement.GetProperty("resourceLogs").EnumerateArray()).Clone(), result);
    }

    private static List<JsonElement> Records(JsonElement resource) => [.. resource.GetProperty("scopeLogs")[0].GetProperty("logRecords").EnumerateArray()];

    private static Dictionary<string, string> Attributes(JsonElement holder) =>
        holder.GetProperty("attributes").EnumerateArray().ToDictionary(a => a.GetProperty("key").GetString()!, a => a.GetProperty("value").GetRawText());

    [Fact]
    public async Task RecordsHaveTheEventsTimeSeverityAndFields()
    {
        var alert = TestAlerts.Typical();
        var (request, resource, result) = await SendAsync("otlp: {logs: {endpoint: 'HOST', headers: 'api-key=a%20b,x=y', extraenvvars: {OTEL_SERVICE_NAME: hub, OTEL_RESOURCE_ATTRIBUTES: 'team=blue'}}}", "{}", alert, TestAlerts.Of());
        Assert.Equal(DeliveryOutcome.Delivered, result.All.Outcome);
        Assert.Equal(("POST", "/v1/logs", "application/json", "a b", "y"), (request.Method, request.Path, request.Headers["Content-Type"], request.Headers["api-key"], request.Headers["x"]));
        Assert.Equal("""{"stringValue":"hub"}""", Attributes(resource.GetProperty("resource"))["service.name"]);
        Assert.Equal("""{"stringValue":"blue"}""", Attributes(resource.GetProperty("resource"))["team"]);
        var records = Records(resource);
        Assert.Equal(2, records.Count);
        Assert.Equal(("1700000000123456789", 13, "Warning", alert.Output), (records[0].GetProperty("timeUnixNano").GetString(), records[0].GetProperty("severityNumber").GetInt32(), records[0].GetProperty("severityText").GetString(), records[0].GetProperty("body").GetProperty("stringValue").GetString()));
        var attributes = Attributes(records[0]);
        Assert.Equal(("""{"intValue":"4711"}""", """{"boolValue":true}""", """{"stringValue":"bash"}""", """{"stringValue":"syscall"}"""), (attributes["proc.pid"], attributes["proc.is_exe_upper_layer"], attributes["proc.aname[2]"], attributes["source"]));
        Assert.Equal("""{"arrayValue":{"values":[{"stringValue":"container"},{"stringValue":"mitre_execution"}]}}""", attributes["tags"]);
        Assert.False(attributes.ContainsKey("fd.lport"));
    }

    [Fact]
    public async Task LevelsAreOpenTelemetrysNumbers()
    {
        var (_, resource, _) = await SendAsync("otlp: {logs: {endpoint: 'HOST/own/path'}}", "", [.. AlertPriorities.Levels.Select(p => TestAlerts.Of(priority: p))]);
        Assert.Equal([5, 9, 10, 13, 17, 18, 19, 21], Records(resource).Select(r => r.GetProperty("severityNumber").GetInt32()));
    }

    [Theory]
    [InlineData("""{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}""", DeliveryOutcome.Rejected)]
    [InlineData("""{"partialSuccess":{"errorMessage":"a warning"}}""", DeliveryOutcome.Delivered)]
    [InlineData("""{"partialSuccess":{"rejectedLogRecords":0}}""", DeliveryOutcome.Delivered)]
    [InlineData("", DeliveryOutcome.Delivered)]
    public async Task RefusedRecordsAreSeen(string answer, DeliveryOutcome outcome) => Assert.Equal(outcome, (await SendAsync("otlp: {logs: {endpoint: 'HOST'}}", answer, TestAlerts.Of())).Result.All.Outcome);
}
