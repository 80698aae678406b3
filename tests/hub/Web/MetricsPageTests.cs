using System.Diagnostics;
using System.Text.RegularExpressions;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Web;

/// <summary>The page of metrics, as Prometheus and the dashboard read it.</summary>
public sealed partial class MetricsPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PromtoolObjectsToNothingButANameOfTheReference()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "prometheus is not installed: ./dev test hub does it");
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await promtool.StandardInput.WriteAsync(await PageAsync());
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["falco_events"], complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).Distinct());
    }

    [Fact]
    public async Task TheExportersCounterHasItsLabels()
    {
        var page = await PageAsync();
        Assert.Contains("falco_events{rule=\"Terminal shell in container\",priority=\"4\",hostname=\"node-1\",source=\"syscall\",k8s_ns_name=\"payments\",k8s_pod_name=\"\",tags=\",container,mitre_execution,\"} 2\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryMetricOfTheDashboardIsThere()
    {
        var known = Type().Matches(await PageAsync()).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        using var dashboard = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "grafana", "peregrine-hub.json"), TestContext.Current.CancellationToken));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!).ToList();
        Assert.NotEmpty(queries);
        foreach (var query in queries)
        {
            var names = Name().Matches(query).Select(m => m.Value).ToList();
            Assert.True(names.Count > 0, $"no metric in {query}");
            Assert.All(names, name => Assert.Contains(name, known));
        }
    }

    private async Task<string> PageAsync()
    {
        await using var hub = await RunningHub.StartAsync(_folder.Path, "webhook: {address: 'http://127.0.0.1:9/'}");
        for (var i = 0; i < 2; i++) (await hub.PostAsync(TestAlerts.Json)).EnsureSuccessStatusCode();
        return await hub.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("^# TYPE (\\w+) ", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("\\b(?:falcosecurity_|peregrine_hub_|falco_)\\w+")]
    private static partial Regex Name();
}
