using System.Text.Json;
using System.Text.RegularExpressions;
using Peregrine.Kernel;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;
using Peregrine.Sensor.Metrics;
using Peregrine.Sensor.Profiling;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Metrics;

public sealed class MetricsTests
{
    private const string On = "webserver: {enabled: false}\nmetrics: {enabled: true, include_empty_values: true}\n";

    /// <summary>Figures of a probe that generated some events, as a live sensor has them.</summary>
    private static readonly WorkerFigures Live = new()
    {
        Events = 7,
        Kernel = KernelStatistics.Lossless(9),
        Scan = ScanCounts.Of(new StateEngine(new StateOptions(), NoHost.Instance)),
        Programs = [new ProgramCost("sys_exit", 3, 300)],
    };

    [Fact]
    public void The_page_has_the_names_types_and_labels_that_dashboards_know()
    {
        using var sensor = new IdleSensor(On);
        var lines = MetricsPage.Write(Sample(sensor) with { Worker = Live }).Split('\n');
        var types = lines.Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')).ToDictionary(w => w[2], w => w[3]);
        using var expected = Reference("metrics_prometheus.json");
        foreach (var metric in expected.RootElement.EnumerateArray())
        {
            var name = metric.GetProperty("name").GetString()!;
            Assert.Equal((name, metric.GetProperty("type").GetString()), (name, types.GetValueOrDefault(name)));
            var line = lines.First(l => l.StartsWith(name + " ", StringComparison.Ordinal) || l.StartsWith(name + "{", StringComparison.Ordinal));
            var labels = Regex.Matches(line, "([a-z0-9_]+)=\"").Select(m => m.Groups[1].Value);
            Assert.Equal((name, string.Join(',', metric.GetProperty("labels").EnumerateArray().Select(l => l.GetString()).Order())), (name, string.Join(',', labels.Order())));
        }
    }

    [Fact]
    public void The_snapshot_has_the_keys_and_types_that_a_real_one_has()
    {
        using var sensor = new IdleSensor(On);
        var ours = MetricsSnapshot.Fields(Sample(sensor) with { Worker = Live }, null).ToDictionary(f => f.Key, Type);
        using var expected = Reference("metrics_snapshot.json");
        Assert.Equal((MetricsSnapshot.RuleName, MetricsSnapshot.Message), (expected.RootElement.GetProperty("rule").GetString(), expected.RootElement.GetProperty("output").GetString()));
        foreach (var field in expected.RootElement.GetProperty("fields").EnumerateObject())
        {
            // Names that hold a file's or interface's name are another machine's.
            if (field.Name.Contains("sha256", StringComparison.Ordinal) || field.Name.Contains("netinfo", StringComparison.Ordinal)) continue;
            Assert.True(ours.TryGetValue(field.Name, out var type), field.Name);
            Assert.True(type == field.Value.GetString() || (type, field.Value.GetString()) is ("integer", "number"), $"{field.Name} is {type}");
        }
        Assert.Equal("string", ours["falco.sha256_config_file.main_yaml"]);
        Assert.Equal("string", ours["falco.sha256_rules_file.rules_yaml"]);
    }

    [Fact]
    public void Groups_that_are_off_are_left_out()
    {
        using var sensor = new IdleSensor("webserver: {enabled: false}\nmetrics: {enabled: true, rules_counters_enabled: false, resource_utilization_enabled: false, state_counters_enabled: false, plugins_metrics_enabled: false, include_empty_values: true}\n");
        var sample = Sample(sensor);
        var keys = MetricsSnapshot.Fields(sample, null).Select(f => f.Key).ToList();
        Assert.DoesNotContain(keys, k => k.StartsWith("falco.rules", StringComparison.Ordinal) || k.Contains("memory", StringComparison.Ordinal) || k.Contains("n_threads", StringComparison.Ordinal) || k.StartsWith("plugins.", StringComparison.Ordinal));
        Assert.Contains("falco.num_evts", keys);
        var page = MetricsPage.Write(sample);
        Assert.DoesNotContain("memory_rss_bytes", page, StringComparison.Ordinal);
        Assert.DoesNotContain("n_threads_total", page, StringComparison.Ordinal);
        Assert.Contains("falcosecurity_falco_version_info", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_tells_what_steps_and_rules_cost()
    {
        using var sensor = new IdleSensor("webserver: {enabled: false}\nmetrics: {enabled: true}\n");
        var figures = new ProfileFigures { Events = 1000, Interval = 10, Steps = [1, 20, 300, 4000], Rules = new Dictionary<string, RuleFigures> { ["One \"rule\""] = new(500, 250_000_000) }, Parts = [] };
        var sample = Sample(sensor);
        var page = MetricsPage.Write(sample with { Worker = sample.Worker with { Profile = figures } });
        Assert.Contains("peregrine_step_seconds_total{step=\"match\"} 0.0003\n", page, StringComparison.Ordinal);
        Assert.Contains("peregrine_rule_seconds_total{rule=\"One \\\"rule\\\"\"} 0.25\n", page, StringComparison.Ordinal);
        Assert.Contains("peregrine_rule_evaluations_total{rule=\"One \\\"rule\\\"\"} 500\n", page, StringComparison.Ordinal);
        using var off = new IdleSensor("webserver: {enabled: false}\nmetrics: {enabled: true, rule_costs_enabled: false}\n");
        Assert.DoesNotContain("peregrine_rule_seconds_total", MetricsPage.Write(Sample(off)), StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_values_are_left_out_unless_they_are_asked_for()
    {
        using var sensor = new IdleSensor("webserver: {enabled: false}\nmetrics: {enabled: true, convert_memory_to_mb: false}\n");
        var keys = MetricsSnapshot.Fields(Sample(sensor), null).Select(f => f.Key).ToList();
        Assert.DoesNotContain("falco.n_threads", keys);
        Assert.DoesNotContain("falco.rules.rule_0", keys);
        Assert.Contains("falco.rules.matches_total", keys);
        Assert.Contains("falco.memory_rss_kb", keys);
        Assert.DoesNotContain("falco.memory_rss_mb", keys);
    }

    [Fact]
    public void Keys_are_in_order_and_once_each()
    {
        using var sensor = new IdleSensor(On);
        var keys = MetricsSnapshot.Fields(Sample(sensor), null).Select(f => f.Key).ToList();
        Assert.Equal(keys.Distinct().Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public void A_rule_that_matched_is_told_with_its_tags()
    {
        using var sensor = new IdleSensor(On);
        sensor.Session.Statistics.Count("rule 0", Peregrine.Outputs.AlertPriority.Warning);
        var page = MetricsPage.Write(Sample(sensor) with { Worker = new() { Matches = sensor.Session.Statistics.Copy() } });
        Assert.Contains("falcosecurity_falco_rules_matches_total{priority=\"4\",rule_name=\"rule 0\",source=\"syscall\",tag_T1555=\"true\",tag_mitre_x=\"true\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("peregrine_rule_matches_total{rule=\"rule 0\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshots_go_to_the_outputs_and_to_the_file()
    {
        using var sensor = new IdleSensor("webserver: {enabled: false}\njson_output: true\n");
        sensor.Write("main.yaml", sensor.Main($"webserver: {{enabled: false}}\njson_output: true\nmetrics: {{enabled: true, interval: 100ms, output_file: {sensor.In("metrics.jsonl")}}}\n"));
        sensor.Until(() => File.Exists(sensor.In("metrics.jsonl")) && File.ReadAllLines(sensor.In("metrics.jsonl")).Length >= 3 && sensor.Outputs.Counters.Single().Delivered >= 3);
        using var line = JsonDocument.Parse(File.ReadAllLines(sensor.In("metrics.jsonl"))[1]);
        Assert.Equal(2, line.RootElement.GetProperty("sample").GetInt32());
        Assert.Equal("host", line.RootElement.GetProperty("output_fields").GetProperty("evt.hostname").GetString());
        sensor.Out.Position = 0;
        using var alert = JsonDocument.Parse(new StreamReader(sensor.Out).ReadLine()!);
        Assert.Equal(("Falco internal: metrics snapshot", "Informational", "internal", "Falco metrics snapshot"), (Text(alert, "rule"), Text(alert, "priority"), Text(alert, "source"), Text(alert, "output")));
    }

    [Theory]
    [InlineData("1h", 3_600_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("1w2d3s", 777_603_000)]
    [InlineData("", null)]
    [InlineData("h", null)]
    [InlineData("1h1h", null)]
    [InlineData("30s1h", null)]
    [InlineData("1.5h", null)]
    [InlineData("-1h", null)]
    [InlineData("99999999999999999999y", null)]
    public void Intervals_are_written_as_Prometheus_does(string text, int? milliseconds) =>
        Assert.Equal(milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null, MetricsOptionsReader.ParseDuration(text));

    private static JsonDocument Reference(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "unit", "Reference", name)));

    private static MetricsSample Sample(IdleSensor sensor) => new MetricsSampler(sensor.Session).Take(TestContext.Current.CancellationToken);

    private static string? Text(JsonDocument json, string key) => json.RootElement.GetProperty(key).GetString();

    private static string Type(InternalField field)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            field.Write(json);
            json.WriteEndObject();
        }
        using var document = JsonDocument.Parse(stream.ToArray());
        var value = document.RootElement.GetProperty(field.Key);
        return value.ValueKind == JsonValueKind.String ? "string" : value.TryGetInt64(out _) || value.TryGetUInt64(out _) ? "integer" : "number";
    }
}
