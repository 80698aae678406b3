using System.Text.Json;
using Peregrine.Hub;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Otlp;

/// <summary>Against a collector that has OpenTelemetry's own definitions of the messages.</summary>
public sealed class OtlpTests
{
    private static readonly string[] Signals = ["logs", "traces", "metrics"];

    private static string Yaml(OtlpCollector collector, string signal, string protocol, string more = "") =>
        $"otlp: {{{signal}: {{endpoint: '{collector.Address(protocol)}', protocol: {protocol}{more}}}}}";

    /// <summary>The items of the only request: records, spans, or a metric.</summary>
    private static async Task<List<JsonElement>> ItemsAsync(OtlpCollector collector, int request = 0) => Items((await collector.TakeAsync(request + 1))[request]);

    private static List<JsonElement> Items(JsonElement request) =>
        [.. Assert.Single(List(Assert.Single(List(request.GetProperty("body"), "resource")), "scope")).EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array).Value.EnumerateArray()];

    private static IEnumerable<JsonElement> List(JsonElement holder, string prefix) => holder.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array && p.Name.StartsWith(prefix, StringComparison.Ordinal)).Value.EnumerateArray();

    private static Dictionary<string, string> Attributes(JsonElement holder) =>
        holder.GetProperty("attributes").EnumerateArray().ToDictionary(a => a.GetProperty("key").GetString()!, a => a.GetProperty("value").GetRawText());

    [Theory]
    [InlineData("http/protobuf", "protobuf", "/v1/logs")]
    [InlineData("http/json", "json", "/v1/logs")]
    [InlineData("grpc", "grpc", "/opentelemetry.proto.collector.logs.v1.LogsService/Export")]
    public async Task LogsHaveTheEventsTimeSeverityAndFields(string protocol, string spoken, string path)
    {
        await using var collector = await OtlpCollector.StartAsync();
        var alert = TestAlerts.Typical();
        var more = ", headers: 'api-key=a%20b,x=y', extraenvvars: {OTEL_SERVICE_NAME: hub, OTEL_RESOURCE_ATTRIBUTES: 'team=blue'}";
        Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(collector, "logs", protocol, more), alert, TestAlerts.Of())).All.Outcome);
        var request = Assert.Single(await collector.TakeAsync(1));
        Assert.Equal((spoken, path, "a b", "y"), (request.GetProperty("protocol").GetString(), request.GetProperty("path").GetString(), request.GetProperty("headers").GetProperty("api-key").GetString(), request.GetProperty("headers").GetProperty("x").GetString()));
        var resource = Attributes(request.GetProperty("body").GetProperty("resourceLogs")[0].GetProperty("resource"));
        Assert.Equal(("""{"stringValue":"hub"}""", """{"stringValue":"blue"}"""), (resource["service.name"], resource["team"]));
        var records = Items(request);
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
        await using var collector = await OtlpCollector.StartAsync();
        await TestDestinations.DeliverAsync(Yaml(collector, "logs", "http/protobuf"), [.. AlertPriorities.Levels.Select(p => TestAlerts.Of(priority: p))]);
        Assert.Equal([5, 9, 10, 13, 17, 18, 19, 21], (await ItemsAsync(collector)).Select(r => r.GetProperty("severityNumber").GetInt32()));
    }

    // The identities are FNV-1a hashes of 128 bits of "shop:web-1", "4fe8a2c1b7d0" and "node-7".
    [Theory]
    [InlineData("k8s.ns.name=shop k8s.pod.name=web-1 container.id=4fe8a2c1b7d0", "d40ebae72913da6cf09994e3ff0f0e9b")]
    [InlineData("k8s.ns.name=shop container.id=4fe8a2c1b7d0 evt.hostname=node-7", "01e4b3385c988d0363f518192c459aca")]
    [InlineData("container.id=host evt.hostname=node-7", "a791ac73133c64bf6ef0e977a2e0bf35")]
    [InlineData("proc.name=x", "")]
    public async Task EventsOfOnePodContainerOrMachineAreOneTrace(string fields, string trace)
    {
        await using var collector = await OtlpCollector.StartAsync();
        var alert = TestAlerts.Of("A rule", AlertPriority.Warning, [.. fields.Split(' ').Select(f => (f.Split('=')[0], f.Split('=')[1]))]);
        await TestDestinations.DeliverAsync(Yaml(collector, "traces", "http/protobuf", ", duration: 250"), alert);
        var span = Assert.Single(await ItemsAsync(collector));
        Assert.Equal(trace.Length > 0 ? trace : alert.Id.ToString("N"), span.GetProperty("traceId").GetString());
        Assert.Equal((alert.Id.ToString("N")[16..], "A rule", 2), (span.GetProperty("spanId").GetString(), span.GetProperty("name").GetString(), span.GetProperty("kind").GetInt32()));
        Assert.Equal(("1700000000000000000", "1700000000250000000"), (span.GetProperty("startTimeUnixNano").GetString(), span.GetProperty("endTimeUnixNano").GetString()));
        Assert.Equal("A rule happened", Assert.Single(span.GetProperty("events").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("""{"stringValue":"Warning"}""", Attributes(span)["priority"]);
    }

    [Fact]
    public async Task BothEncodingsSayTheSame()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Alert[] alerts = [TestAlerts.Typical(), TestAlerts.Of(fields: [("text", "a \"b\"\n|=,😀\0"), ("long", new string('ä', 300_000)), ("empty", "")]) with { Hostname = "", Source = "", Tags = [], Output = "" }];
        Alert odd = alerts[0] with { Fields = [new("float", AlertValue.Number("1.5")), new("huge", AlertValue.Number("123456789012345678901234567890")), new("negative", AlertValue.Of(-1)), new("rule", AlertValue.Of("the field's own")), new("list", AlertValue.Json("[1,{}]"))] };
        foreach (var signal in Signals)
        {
            foreach (var protocol in new[] { "http/protobuf", "http/json" })
                Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync(Yaml(collector, signal, protocol), [.. alerts, odd])).All.Outcome);
        }
        var requests = await collector.TakeAsync(6);
        for (var i = 0; i < 6; i += 2) Assert.Equal(WithoutClock(requests[i]), WithoutClock(requests[i + 1]));
        var attributes = Attributes(Items(requests[0])[2]);
        Assert.Equal(("""{"doubleValue":1.5}""", """{"intValue":"-1"}""", """{"stringValue":"[1,{}]"}""", """{"stringValue":"Terminal shell in container"}"""), (attributes["float"], attributes["negative"], attributes["list"], attributes["rule"]));
    }

    [Fact]
    public async Task MatchesAreCountedSinceTheStart()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var metrics = TestDestinations.Create("customfields: {cluster.name: blue}\n" + Yaml(collector, "metrics", "grpc", ", extraattributes: 'proc.name, user.name'"));
        var alert = TestAlerts.Of("A rule", AlertPriority.Warning, ("k8s.ns.name", "shop"), ("proc.name", "curl"), ("cluster.name", "blue")) with { Tags = ["a", "b"] };
        await metrics.DeliverAsync([alert, alert, TestAlerts.Of("Another") with { Hostname = "" }], TestContext.Current.CancellationToken);
        await metrics.DeliverAsync([alert], TestContext.Current.CancellationToken);
        var metric = Assert.Single(await ItemsAsync(collector));
        Assert.Equal("falcosecurity_falco_rules_matches_total", metric.GetProperty("name").GetString());
        var sum = metric.GetProperty("sum");
        Assert.Equal((2, true), (sum.GetProperty("aggregationTemporality").GetInt32(), sum.GetProperty("isMonotonic").GetBoolean()));
        var points = sum.GetProperty("dataPoints").EnumerateArray().ToList();
        Assert.Equal(["2", "1"], points.Select(p => p.GetProperty("asInt").GetString()));
        var attributes = Attributes(points[0]);
        Assert.Equal("cluster_name hostname k8s_ns_name priority proc_name rule source tags", string.Join(' ', attributes.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(("""{"stringValue":"curl"}""", """{"stringValue":"shop"}""", """{"stringValue":"blue"}"""), (attributes["proc_name"], attributes["k8s_ns_name"], attributes["cluster_name"]));
        Assert.Equal("""{"stringValue":"unknown"}""", Attributes(points[1])["hostname"]);
        Assert.Equal(["3"], Values((await ItemsAsync(collector, 1))[0]));
    }

    [Fact]
    public async Task ACountThatWasNotTakenIsNotCountedTwice()
    {
        await using var service = await HttpRecorder.StartAsync();
        await using var metrics = TestDestinations.Create($"otlp: {{metrics: {{endpoint: '{service.Address}', protocol: http/json}}}}");
        service.AnswerWith(503);
        Assert.Equal(DeliveryOutcome.Retry, (await metrics.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken)).All.Outcome);
        service.AnswerWith(200);
        await metrics.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        await metrics.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        Assert.Equal(["1", "1", "2"], service.Requests.Select(r => Values(Items(JsonDocument.Parse($$"""{"body":{{r.Text}}}""").RootElement)[0]).Single()));
    }

    [Theory]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL: 50", 2, "1")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: delta", 1, "1")]
    public async Task CountsAreRepeatedAndMayBeDeltas(string variable, int temporality, string second)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var metrics = TestDestinations.Create(Yaml(collector, "metrics", "http/protobuf", $", extraenvvars: {{{variable}}}"));
        await metrics.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        if (temporality == 1) await metrics.DeliverAsync([TestAlerts.Of()], TestContext.Current.CancellationToken);
        var metric = (await ItemsAsync(collector, 1))[0];
        Assert.Equal(temporality, metric.GetProperty("sum").GetProperty("aggregationTemporality").GetInt32());
        Assert.Equal([second], Values(metric));
    }

    [Theory]
    [InlineData("cumulative", 2, "2")]
    [InlineData("delta", 1, "1")]
    public async Task TheHubsOwnCountsGoWithThem(string preference, int temporality, string last)
    {
        using var folder = new TemporaryFolder();
        await using var collector = await OtlpCollector.StartAsync();
        await using var hub = await RunningHub.StartAsync(folder.Path, Yaml(collector, "metrics", "http/protobuf", $", extraenvvars: {{OTEL_METRIC_EXPORT_INTERVAL: 100, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: {preference}}}"));
        var (inputs, outputs) = ("falcosecurity_falcosidekick_inputs", "falcosecurity_falcosidekick_outputs");
        IEnumerable<long> Sent(string name, string attribute, string status) => collector.Requests.SelectMany(Items).Where(m => m.GetProperty("name").GetString() == name)
            .SelectMany(m => m.GetProperty("sum").GetProperty("dataPoints").EnumerateArray())
            .Where(p => Attributes(p) is var a && a["status"].Contains($"\"{status}\"", StringComparison.Ordinal) && a.ContainsKey(attribute))
            .Select(p => long.Parse(p.GetProperty("asInt").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        for (var i = 1; i <= 2; i++)
        {
            (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
            var expected = i;
            long Told(string name, string attribute, string status) => preference == "delta" ? Sent(name, attribute, status).Sum() : Sent(name, attribute, status).LastOrDefault();
            await Eventually.HoldsAsync(() => Told(inputs, "source", "accepted") == expected && Told(outputs, "destination", "ok") == expected, () => $"{Told(inputs, "source", "accepted")} and {Told(outputs, "destination", "ok")} were told of {expected}");
        }
        Assert.Equal(last, Sent(inputs, "source", "accepted").Last(v => v > 0).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.All(collector.Requests.SelectMany(Items), m => Assert.Equal(temporality, m.GetProperty("sum").GetProperty("aggregationTemporality").GetInt32()));
        Assert.All(Sent(inputs, "source", "rejected"), v => Assert.Equal(0, v));
    }

    [Fact]
    public async Task CombinationsBeyondTheLimitShareOne()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await TestDestinations.DeliverAsync(Yaml(collector, "metrics", "http/protobuf"), [.. Enumerable.Range(0, 2010).Select(i => TestAlerts.Of("Rule " + i))]);
        var points = (await ItemsAsync(collector))[0].GetProperty("sum").GetProperty("dataPoints").EnumerateArray().ToList();
        Assert.Equal(2001, points.Count);
        Assert.Equal(("10", """{"boolValue":true}"""), (points[^1].GetProperty("asInt").GetString(), Attributes(points[^1])["otel.metric.overflow"]));
    }

    [Theory]
    [InlineData("partial", DeliveryOutcome.Rejected, "1 were refused: too old")]
    [InlineData("invalid", DeliveryOutcome.Rejected, "no such tenant")]
    [InlineData("busy", DeliveryOutcome.Retry, "")]
    public async Task AnswersAreRead(string answer, DeliveryOutcome outcome, string says)
    {
        await using var collector = await OtlpCollector.StartAsync();
        foreach (var (protocol, signal) in new[] { ("http/protobuf", "logs"), ("http/json", "traces"), ("grpc", "metrics"), ("grpc", "logs") })
        {
            var result = await TestDestinations.DeliverAsync(Yaml(collector, signal, protocol, $", headers: 'answer={answer}'"), TestAlerts.Of());
            Assert.True(outcome == result.All.Outcome, $"{protocol} {signal}: {result.All}");
            Assert.Contains(says, result.All.Reason, StringComparison.Ordinal);
            if (answer == "busy" && protocol == "grpc") Assert.Contains("come later: 50 %", result.All.Reason, StringComparison.Ordinal);
            else if (answer == "busy") Assert.Equal(TimeSpan.FromSeconds(7), result.After);
        }
    }

    [Theory]
    [InlineData("""{"partialSuccess":{"errorMessage":"a warning"}}""")]
    [InlineData("""{"partialSuccess":{"rejectedLogRecords":"0"}}""")]
    [InlineData("thanks")]
    [InlineData("")]
    public async Task GoodAnswersOfAnyFormAreTaken(string answer)
    {
        await using var service = await HttpRecorder.StartAsync();
        service.AnswerWith(200, answer);
        foreach (var protocol in new[] { "http/protobuf", "http/json" })
            Assert.Equal(DeliveryOutcome.Delivered, (await TestDestinations.DeliverAsync($"otlp: {{logs: {{endpoint: '{service.Address}/own/path', protocol: {protocol}}}}}", TestAlerts.Of())).All.Outcome);
        Assert.All(service.Requests, r => Assert.Equal("/own/path", r.Path));
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("http/json")]
    [InlineData("grpc")]
    public async Task RequestsMayBeCompressed(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync();
        var result = await TestDestinations.DeliverAsync(Yaml(collector, "logs", protocol, ", extraenvvars: {OTEL_EXPORTER_OTLP_COMPRESSION: gzip}"), TestAlerts.Of());
        Assert.Equal((DeliveryOutcome.Delivered, ""), (result.All.Outcome, result.All.Reason));
        Assert.Single(await ItemsAsync(collector));
    }

    [Fact]
    public async Task VariablesWithoutEffectAreNamed()
    {
        using var log = new RecordedLog();
        var configuration = HubConfigurationReader.ReadText("otlp: {traces: {endpoint: 'h:4318', extraenvvars: {OTEL_SERVICE_NAME: x, OTEL_BSP_SCHEDULE_DELAY: 5}}}", _ => null);
        var instance = Assert.Single(configuration.Destinations);
        await using var traces = instance.Kind.Create(AlertHub.Context(instance, configuration, TimeProvider.System, log));
        Assert.StartsWith("configuration:1:74: otlp.traces.extraenvvars.OTEL_BSP_SCHEDULE_DELAY has no effect; known are OTEL_SERVICE_NAME, ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Values(JsonElement metric) => metric.GetProperty("sum").GetProperty("dataPoints").EnumerateArray().Select(p => p.GetProperty("asInt").GetString());

    // What tells the moment of sending, and not the event, differs between two deliveries.
    private static string WithoutClock(JsonElement request)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(request.GetProperty("body").GetRawText())!;
        Clean(body);
        return body.ToJsonString();

        static void Clean(System.Text.Json.Nodes.JsonNode? node)
        {
            if (node is System.Text.Json.Nodes.JsonArray list)
            {
                foreach (var item in list) Clean(item);
            }
            else if (node is System.Text.Json.Nodes.JsonObject map)
            {
                map.Remove("observedTimeUnixNano");
                if (map.ContainsKey("asInt")) (map["timeUnixNano"], map["startTimeUnixNano"]) = (null, null);
                var sorted = map.OrderBy(p => p.Key, StringComparer.Ordinal).ToList();
                map.Clear();
                foreach (var (name, value) in sorted) map.Add(name, value);
                foreach (var (_, value) in sorted) Clean(value);
            }
        }
    }
}
