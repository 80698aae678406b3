using System.IO.Compression;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Logs;

public sealed class SpyderbatTests
{
    private const string Source = "/api/v1/org/abc/source/";

    private static List<JsonElement> Records(RecordedRequest request)
    {
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress));
        return [.. unpacked.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    [Fact]
    public async Task ASourceIsMadeOnceAndRecordsFollow()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = r => (200, r.Method == "GET" ? """[{"uid":"other"},{"name":"no uid"}]""" : "{}", []);
        await using var spyderbat = TestDestinations.Create($"spyderbat: {{orguid: abc, apikey: key, apiurl: '{service.Address}', sourcedescription: ours}}");
        var alert = TestAlerts.Typical();
        for (var i = 0; i < 2; i++) Assert.Equal(DeliveryOutcome.Delivered, (await spyderbat.DeliverAsync([alert, TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal([("GET", Source), ("POST", Source), ("POST", Source + "falcosidekick_abc/data/sb-agent"), ("POST", Source + "falcosidekick_abc/data/sb-agent")], service.Requests.Select(r => (r.Method, r.Path)));
        Assert.All(service.Requests, r => Assert.Equal("Bearer key", r.Headers["Authorization"]));
        Assert.Equal("""{"name":"falcosidekick","description":"ours","uid":"falcosidekick_abc"}""", service.Requests[1].Text);
        Assert.Equal(("application/ndjson", "gzip"), (service.Requests[2].Headers["Content-Type"], service.Requests[2].Headers["Content-Encoding"]));
        var records = Records(service.Requests[2]);
        Assert.Equal(("falco_alert::1.0.0", alert.Id.ToString(), 1700000000.1234567m, 4711, "medium", "sh -c \"echo | cat\"", "host"), (
            records[0].GetProperty("schema").GetString(), records[0].GetProperty("id").GetString(), records[0].GetProperty("time").GetDecimal(), records[0].GetProperty("pid").GetInt32(),
            records[0].GetProperty("level").GetString(), records[0].GetProperty("args").GetString(), records[0].GetProperty("container").GetString()));
        Assert.Equal(["A", "shell", "was", "spawned"], records[0].GetProperty("msg").EnumerateArray().Take(4).Select(w => w.GetString()));
        Assert.Equal((0, "", "A rule happened"), (records[1].GetProperty("pid").GetInt32(), records[1].GetProperty("args").GetString(), string.Join(' ', records[1].GetProperty("msg").EnumerateArray())));
    }

    [Fact]
    public async Task LevelsAreTheServices()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(200, """[{"uid":"falcosidekick_abc"}]""");
        await TestDestinations.DeliverAsync($"spyderbat: {{orguid: abc, apiurl: '{service.Address}'}}", [.. AlertPriorities.Levels.Select(p => TestAlerts.Of(priority: p))]);
        Assert.Equal(["info", "info", "low", "medium", "high", "critical", "high", "critical"], Records(service.Requests[1]).Select(r => r.GetProperty("level").GetString()));
    }

    [Theory]
    [InlineData("GET", 401, DeliveryOutcome.Rejected)]
    [InlineData("GET", 503, DeliveryOutcome.Retry)]
    [InlineData("POST", 400, DeliveryOutcome.Retry)]
    public async Task ASourceThatCannotBeFoundOrMadeLosesNothing(string method, int status, DeliveryOutcome outcome)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = r => (r.Method == method ? status : 200, "[]", []);
        Assert.Equal(outcome, (await TestDestinations.DeliverAsync($"spyderbat: {{orguid: abc, apiurl: '{service.Address}'}}", TestAlerts.Of())).All.Outcome);
    }

    [Fact]
    public async Task ASourceThatWasRemovedIsMadeAgain()
    {
        await using var service = await HttpRecorder.StartAsync();
        service.Answer = r => (r.Path.EndsWith("sb-agent", StringComparison.Ordinal) && service.Requests.Count < 4 ? 404 : 200, "[]", []);
        await using var spyderbat = TestDestinations.Create($"spyderbat: {{orguid: abc, apiurl: '{service.Address}'}}");
        Assert.Equal(DeliveryOutcome.Retry, (await spyderbat.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal(DeliveryOutcome.Delivered, (await spyderbat.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        Assert.Equal(["GET", "POST", "POST", "GET", "POST", "POST"], service.Requests.Select(r => r.Method));
    }
}
