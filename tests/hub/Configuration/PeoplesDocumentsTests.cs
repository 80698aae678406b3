using System.Globalization;
using System.Text.Json;
using Peregrine.HubTests.Destinations.Queues;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Configuration;

/// <summary>The file that people have for the reference, as it stands in their documents: it loads without a word, and an alert reaches all of its destinations.</summary>
public sealed class PeoplesDocumentsTests
{
    private const string Document = """
        listenport: 2801
        customfields:
          environment: production
        elasticsearch:
          hostport: "http://elasticsearch:9200"
          index: "falco"
          type: "_doc"
          suffix: "daily"
          minimumpriority: ""
        kafka:
          hostport: "kafka:9092"
          topic: "falco-events"
          minimumpriority: ""
        slack:
          webhookurl: "https://hooks.slack.com/services/T00/B00/xyz"
          channel: "#alerts"
          minimumpriority: "warning"
          messageformat: 'Alert: rule *{{ .Rule }}* triggered by user *{{ index .OutputFields "user.name" }}*'
        pagerduty:
          routingkey: "0123456789abcdef"
          region: "eu"
          minimumpriority: "critical"
        opsgenie:
          apikey: "genie-key"
          region: "eu"
          minimumpriority: "error"
        """;

    [Fact]
    public async Task EachDestinationGetsWhatItsLevelLetsThrough()
    {
        using var folder = new TemporaryFolder();
        using var cluster = new MockCluster();
        await using var service = await HttpRecorder.StartAsync();
        var certificates = new TestCertificates(folder, "hooks.slack.com", "events.eu.pagerduty.com", "api.eu.opsgenie.com");
        await using var proxy = new ServiceProxy(service, certificates);
        service.Answer = r => (200, r.Path == "/_bulk" ? "{\"errors\":false,\"items\":[]}" : "", []);
        var file = folder.File("config.yaml");
        await File.WriteAllTextAsync(file, Document, TestContext.Current.CancellationToken);
        // The file stays as it is. The proxy stands for the world; Kafka goes through none, and where the hub listens and keeps its data is the test's.
        var port = FreePort.Next();
        await using var hub = await HubProcess.StartAsync(file, port,
            ("LISTENADDRESS", "127.0.0.1"), ("LISTENPORT", port.ToString(CultureInfo.InvariantCulture)), ("PEREGRINE_HUB_DATA", folder.File("data")), ("TLSCLIENT_CACERTFILE", certificates.Authority),
            ("KAFKA_HOSTPORT", cluster.Address), ("KAFKA_TOPICCREATION", "true"), ("http_proxy", proxy.Address), ("https_proxy", proxy.Address), ("no_proxy", ""));
        Assert.DoesNotContain("warn:", hub.Log, StringComparison.Ordinal);
        using var sensor = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        foreach (var priority in new[] { "Notice", "Warning", "Error", "Critical" })
        {
            using var alert = new StringContent($$$"""{"rule":"Rule {{{priority}}}","priority":"{{{priority}}}","time":"2026-11-28T10:00:00.5Z","output":"it happened","source":"syscall","output_fields":{"user.name":"root"} }""");
            (await sensor.PostAsync("/", alert, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }
        List<RecordedRequest> Of(string host) => [.. service.Requests.Where(r => r.Headers["Host"] == host)];
        await Eventually.HoldsAsync(
            () => Of("hooks.slack.com").Count == 3 && Of("api.eu.opsgenie.com").Count == 2 && Of("events.eu.pagerduty.com").Count == 1 && Of("elasticsearch:9200").Sum(Documents) == 4,
            () => string.Join('\n', service.Requests.Select(r => r.Headers["Host"] + r.Path)) + "\n" + hub.Log);
        Assert.Equal(["/_bulk", "/services/T00/B00/xyz", "/v2/alerts", "/v2/enqueue"], service.Requests.Select(r => r.Path).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Of("elasticsearch:9200"), r => Assert.Contains("\"_index\":\"falco-2026.11.28\"", r.Text, StringComparison.Ordinal));
        Assert.All(Of("elasticsearch:9200"), r => Assert.Contains("\"environment\":\"production\"", r.Text, StringComparison.Ordinal));
        Assert.Equal("Alert: rule *Rule Warning* triggered by user *root*", Json(Of("hooks.slack.com")[0]).GetProperty("text").GetString());
        Assert.Equal("#alerts", Json(Of("hooks.slack.com")[0]).GetProperty("channel").GetString());
        Assert.Equal("GenieKey genie-key", Of("api.eu.opsgenie.com")[0].Headers["Authorization"]);
        Assert.Equal(("0123456789abcdef", "critical"), (Json(Of("events.eu.pagerduty.com")[0]).GetProperty("routing_key").GetString(), Json(Of("events.eu.pagerduty.com")[0]).GetProperty("payload").GetProperty("severity").GetString()));
        Assert.Equal(["Rule Critical", "Rule Error", "Rule Notice", "Rule Warning"], cluster.Read("falco-events", 4).Select(m => JsonDocument.Parse(m).RootElement.GetProperty("rule").GetString()).Order(StringComparer.Ordinal));
    }

    private static int Documents(RecordedRequest bulk) => bulk.Text.Split('\n').Count(l => l.Contains("\"rule\"", StringComparison.Ordinal));

    private static JsonElement Json(RecordedRequest request) => JsonDocument.Parse(request.Body).RootElement;
}
