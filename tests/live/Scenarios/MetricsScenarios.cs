using System.Diagnostics;
using System.Text.Json;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>The metrics page of a sensor on the real kernel, checked by promtool and scraped by a real Prometheus.</summary>
[Collection(LiveCollection.Name)]
public sealed class MetricsScenarios(LiveSensor shared)
{
    /// <summary>Names that the reference chose against the conventions; dashboards ask for them, so they stay.</summary>
    private static readonly string[] NamesOfTheReference =
    [
        "falcosecurity_falco_host_num_cpus_total", "falcosecurity_falco_host_open_fds_total", "falcosecurity_falco_host_procs_running_total", "falcosecurity_falco_reload_timestamp_nanoseconds",
        "falcosecurity_falco_start_timestamp_nanoseconds", "falcosecurity_falco_host_boot_timestamp_nanoseconds", "falcosecurity_scap_n_fds_total", "falcosecurity_scap_n_threads_total",
    ];

    private static readonly HttpClient Web = new();

    [Fact]
    public async Task PromtoolObjectsToNothingButNamesOfTheReference()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "prometheus is not installed: ./dev test live does it");
        using var folder = new LiveFolder();
        var port = LoopbackPort.Free();
        using var sensor = Start(folder, port);
        var page = await Page(port);
        using var promtool = Command.Start(null, "/usr/bin/promtool", "check", "metrics");
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        var objected = complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(NamesOfTheReference.Order(StringComparer.Ordinal), objected);
        Assert.Equal(0, sensor.Stop());
    }

    [Fact]
    public async Task PrometheusScrapesThePage()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prometheus"), "prometheus is not installed: ./dev test live does it");
        using var folder = new LiveFolder();
        var (port, promPort) = (LoopbackPort.Free(), LoopbackPort.Free());
        using var sensor = Start(folder, port);
        var config = folder.Write("prometheus.yml", $"global: {{scrape_interval: 500ms, scrape_timeout: 500ms}}\nscrape_configs: [{{job_name: peregrine, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n");
        using var prometheus = Process.Start(new ProcessStartInfo("/usr/bin/prometheus", [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder.Path, "data")}", $"--web.listen-address=127.0.0.1:{promPort}", "--log.level=error"]))!;
        try
        {
            var file = MarkedFile.Path(folder);
            // A rule's counter rises by what was done, as Prometheus sees it.
            await Until(async () => await Query(promPort, "up{job=\"peregrine\"}") == 1, "the sensor is not scraped");
            await Until(async () =>
            {
                shared.Deeds.Do("open", file);
                return await Query(promPort, "peregrine_rule_matches_total{rule=\"Marked file opened\"}") >= 3;
            }, "the rule's counter does not rise");
            Assert.True(await Query(promPort, "falcosecurity_falco_rules_matches_total{rule_name=\"Marked file opened\",priority=\"4\",source=\"syscall\"}") >= 1);
            Assert.True(await Query(promPort, "peregrine_alert_latency_seconds_count") >= 3);
            Assert.True(await Query(promPort, "histogram_quantile(0.5, peregrine_alert_latency_seconds_bucket)") > 0);
            Assert.True(await Query(promPort, "falcosecurity_scap_n_evts_total") > 0);
            Assert.Equal(await Query(promPort, "falcosecurity_scap_n_drops_total"), await Query(promPort, "sum(peregrine_events_dropped_total)"));
            Assert.True(await Query(promPort, "peregrine_state_entries{table=\"threads\"}") > 0);
            Assert.Equal(100, await Query(promPort, "peregrine_output_queue_capacity_alerts{output=\"stdout\"}"));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, sensor.Stop());
    }

    private static SensorProcess Start(LiveFolder folder, int port)
    {
        var config = folder.Write("config.yaml", LiveSensor.Configuration(MarkedFile.WriteRule(folder)) + $"webserver: {{listen_address: 127.0.0.1, listen_port: {port}, prometheus_metrics_enabled: true}}\nmetrics: {{enabled: true, kernel_event_counters_per_cpu_enabled: true}}\noutputs_queue: {{capacity: 100}}\ngrpc: {{enabled: true, bind_address: 'unix:{folder.Path}/grpc'}}\ngrpc_output: {{enabled: true}}\nlog_syslog: false\n");
        return LogLines.StartAndAwait(config, "Web server: ", "Watching ");
    }

    private static async Task<string> Page(int port) => await Web.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);

    private static async Task<double?> Query(int port, string query)
    {
        try
        {
            using var answer = JsonDocument.Parse(await Web.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(query)}"), TestContext.Current.CancellationToken));
            var result = answer.RootElement.GetProperty("data").GetProperty("result");
            return result.GetArrayLength() == 0 ? null : double.Parse(result[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task Until(Func<Task<bool>> holds, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), otherwise);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
