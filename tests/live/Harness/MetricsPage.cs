using System.Globalization;

namespace Peregrine.LiveTests.Harness;

/// <summary>The sensor's page of metrics, on a port of loopback that was free.</summary>
public sealed class MetricsPage
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly int _port = LoopbackPort.Free();

    /// <summary>What the sensor's configuration must say.</summary>
    public string Configuration => $$"""
        metrics: {enabled: true, interval: 1h, output_rule: false}
        webserver: {enabled: true, listen_address: 127.0.0.1, listen_port: {{_port}}, prometheus_metrics_enabled: true}

        """;

    /// <summary>A value by its name with labels, as the page has it.</summary>
    public double this[string sample]
    {
        get
        {
            var page = Client.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/metrics")).GetAwaiter().GetResult();
            var line = page.Split('\n').FirstOrDefault(l => l.StartsWith(sample + " ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"no {sample} among the metrics:\n{page}");
            return double.Parse(line[(sample.Length + 1)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
    }
}
