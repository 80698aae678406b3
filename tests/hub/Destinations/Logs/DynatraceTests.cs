using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Logs;

public sealed class DynatraceTests
{
    [Fact]
    public async Task EventsBecomeRecordsOfItsVocabulary()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(204);
        var alert = TestAlerts.Typical();
        await TestDestinations.DeliverAsync($"dynatrace: {{apitoken: token1, apiurl: '{service.Address}/api/'}}", alert, TestAlerts.Of());
        var request = Assert.Single(service.Requests);
        Assert.Equal(("/api/v2/logs/ingest", "Api-Token token1", "application/json; charset=utf-8"), (request.Path, request.Headers["Authorization"], request.Headers["Content-Type"]));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(2, body.RootElement.GetArrayLength());
        var record = body.RootElement[0];
        foreach (var (name, value) in new[]
                 {
                     ("timestamp", "2023-11-14T22:13:20.123456789Z"), ("event.id", alert.Id.ToString()), ("event.name", alert.Rule), ("severity", "Warning"), ("host.name", "node-1"), ("log.source", "syscall"),
                     ("container.id", "host"), ("k8s.namespace.name", "payments"), ("mitre.tactic", "execution"),
                 })
            Assert.Equal((name, value), (name, record.GetProperty(name).GetString()));
        Assert.Equal(4711, record.GetProperty("content").GetProperty("output_fields").GetProperty("proc.pid").GetInt32());
        Assert.Equal(alert.Output, record.GetProperty("content").GetProperty("output").GetString());
        Assert.False(record.TryGetProperty("mitre.technique", out _));
    }
}
