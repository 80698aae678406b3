using System.Net;

namespace Peregrine.Sensor.Configuration;

/// <summary>The keys of <c>webserver</c>.</summary>
/// <remarks><c>Threads</c>: 0 for as many as the machine has processors. <c>Certificate</c>: A PEM file with certificate and key; null without TLS.</remarks>
public sealed record WebOptions(bool Enabled, IPEndPoint Address, string HealthPath, bool Metrics, string? Certificate, int Threads);

/// <summary>Reads <c>webserver</c>.</summary>
internal static class WebOptionsReader
{
    public static WebOptions Read(ConfigReader reader)
    {
        var enabled = reader.Flag("webserver.enabled");
        var text = reader.Text("webserver.listen_address");
        if (!IPAddress.TryParse(text, out var address)) throw reader.Invalid("webserver.listen_address", $"'{text}' is no address to listen at; write an IPv4 or IPv6 address, such as 0.0.0.0 or ::");
        var health = reader.Text("webserver.k8s_healthz_endpoint");
        if (!health.StartsWith('/')) throw reader.Invalid("webserver.k8s_healthz_endpoint", $"the health endpoint '{health}' must begin with a slash");
        return new WebOptions(
            enabled,
            new IPEndPoint(address, (int)reader.Integer("webserver.listen_port", 0, 65_535)),
            health,
            reader.Flag("webserver.prometheus_metrics_enabled"),
            reader.Flag("webserver.ssl_enabled") ? reader.Text("webserver.ssl_certificate") : null,
            (int)reader.Integer("webserver.threadiness", 0, 1_024));
    }
}
