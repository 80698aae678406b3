using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>What the signals of OpenTelemetry's protocol can be told.</summary>
internal static class OtlpSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("endpoint", "Address of the collector; /v1/logs is added where it has no path"),
        Setting.Choice("protocol", "Protocol; over HTTP the JSON encoding is sent, which every collector takes", "http/protobuf", "http/protobuf", "http/json"),
        Setting.Integer("timeout", "Longest time of a request in milliseconds", 10_000, 1, int.MaxValue),
        Setting.Secret("headers", "Headers of each request: name=value, separated by commas; values may be escaped with %"),
        Setting.Map("extraenvvars", "OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES describe the sender"),
        Setting.Flag("synced", "Taken from the reference and without effect: what is sent is always waited for"),
        Setting.Flag("tls", "Use HTTPS where the address does not say which"),
    ];

    /// <exception cref="ConfigurationException">The endpoint is no address.</exception>
    public static Uri Address(DestinationContext context, string path)
    {
        var text = context.Text("endpoint");
        if (!text.Contains("://", StringComparison.Ordinal)) text = (context.Settings.Flag("tls") ? "https://" : "http://") + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ConfigurationException($"{context.Kind.Section}.endpoint: '{text}' is no address of a collector");
        return address.AbsolutePath == "/" ? new Uri(address, path) : address;
    }

    /// <summary>Names with values as OpenTelemetry's variables have them.</summary>
    public static IReadOnlyList<(string Name, string Value)> Pairs(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(p => p.Length == 2 && p[0].Length > 0)
            .Select(p => (p[0], Uri.UnescapeDataString(p[1]))),
    ];

    /// <summary>What describes the sender; always with a service's name.</summary>
    public static IReadOnlyList<(string Name, string Value)> Resource(DestinationContext context)
    {
        var variables = context.Settings.Map("extraenvvars");
        var named = Pairs(variables.GetValueOrDefault("OTEL_RESOURCE_ATTRIBUTES", ""));
        var service = variables.GetValueOrDefault("OTEL_SERVICE_NAME") ?? named.FirstOrDefault(a => a.Name == "service.name").Value ?? "falco";
        return [("service.name", service), .. named.Where(a => a.Name != "service.name")];
    }
}
