namespace Peregrine.Sensor.Configuration;

/// <summary>Keys about the web server.</summary>
internal static class WebKeys
{
    public static ConfigSection Section { get; } = new(
        "Web server",
        "Health, versions and metrics over HTTP: `/healthz`, `/versions`, `/metrics`. Nothing can be changed through it.",
        [
            new("webserver.enabled", ConfigType.Boolean, "true", "Whether it listens."),
            new("webserver.listen_address", ConfigType.Text, "0.0.0.0", "Where: an IPv4 or IPv6 address."),
            new("webserver.listen_port", ConfigType.Integer, "8765", "At which port."),
            new("webserver.k8s_healthz_endpoint", ConfigType.Text, "/healthz", "The path of the health page: 200 while the sensor works, 503 when it is stuck."),
            new("webserver.prometheus_metrics_enabled", ConfigType.Boolean, "false", "Whether there is `/metrics`; `metrics.enabled` must be on too."),
            new("webserver.ssl_enabled", ConfigType.Boolean, "false", "Whether it speaks TLS."),
            new("webserver.ssl_certificate", ConfigType.Text, "/etc/falco/falco.pem", "A PEM file with certificate and key; a renewed one is taken up by itself."),
            new("webserver.threadiness", ConfigType.Integer, "0", "How many threads read and write connections; 0 for as many as there are processors."),
        ]);
}
