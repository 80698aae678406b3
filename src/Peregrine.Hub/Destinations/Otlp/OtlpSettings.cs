using System.Globalization;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>What the signals of OpenTelemetry's protocol can be told.</summary>
internal static class OtlpSettings
{
    public const string Protocol = "protocol";
    public const string Grpc = "grpc";
    public const string HttpJson = "http/json";

    /// <summary>How often metrics are repeated, in milliseconds.</summary>
    public const string Interval = "OTEL_METRIC_EXPORT_INTERVAL";

    /// <summary>Whether metrics count since the start (<c>cumulative</c>) or since the last time (<c>delta</c>).</summary>
    public const string Temporality = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";

    private const string ServiceName = "OTEL_SERVICE_NAME";
    private const string ResourceAttributes = "OTEL_RESOURCE_ATTRIBUTES";
    private const string Compression = "OTEL_EXPORTER_OTLP_COMPRESSION";
    private const string Variables = "extraenvvars";

    private static readonly string[] Known = [ServiceName, ResourceAttributes, Compression, Interval, Temporality];

    public static Setting Synced { get; } = Setting.Flag("synced", "Taken from the reference and without effect: what is sent is always waited for");

    private static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("endpoint", "Address of the collector; over HTTP the signal's usual path is added where it has none"),
        Setting.Choice(Protocol, "Protocol and encoding", "http/protobuf", "http/protobuf", HttpJson, Grpc),
        Setting.Integer("timeout", "Longest time of a request in milliseconds", 10_000, 1, int.MaxValue),
        Setting.Secret("headers", "Headers of each request: name=value, separated by commas; values may be escaped with %"),
        Setting.Map(Variables, "Variables of OpenTelemetry: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_COMPRESSION; of metrics also their export interval and temporality"),
        Setting.Flag("tls", "Use TLS where the address does not say whether"),
    ];

    /// <summary>A kind of one signal.</summary>
    public static DestinationKind Declare(string name, string section, string title, DestinationFamily family, Func<DestinationContext, IDestination> create, params IReadOnlyList<Setting> own) => new()
    {
        Name = name,
        Section = section,
        Title = title,
        Family = family,
        EnabledBy = ["endpoint"],
        IsHttp = true,
        OwnSettings = [.. All, .. own],
        Batch = _ => BatchLimits.Many(512, 1024 * 1024),
        Create = context =>
        {
            WarnOfUnknown(context);
            return create(context);
        },
    };

    /// <exception cref="ConfigurationException">The endpoint is no address.</exception>
    public static Uri Address(DestinationContext context, OtlpSignal signal)
    {
        var text = context.Text("endpoint");
        if (!text.Contains("://", StringComparison.Ordinal)) text = (context.Settings.Flag("tls") ? "https://" : "http://") + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ConfigurationException($"{context.Kind.Section}.endpoint: '{text}' is no address of a collector");
        // gRPC has the method for a path, whatever the address says.
        if (context.Text(Protocol) == Grpc) return new Uri(address, signal.Method);
        return address.AbsolutePath == "/" ? new Uri(address, signal.Path) : address;
    }

    /// <summary>Names with values as OpenTelemetry's variables have them.</summary>
    public static IReadOnlyList<(string Name, string Value)> Pairs(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(p => p.Length == 2 && p[0].Length > 0)
            .Select(p => (p[0], Uri.UnescapeDataString(p[1]))),
    ];

    /// <summary>The value of one of OpenTelemetry's variables, of the process before those of the file, as its libraries have it; empty where it is not set.</summary>
    public static string Variable(DestinationContext context, string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : context.Settings.Map(Variables).GetValueOrDefault(name, "");

    /// <summary>Whether requests are compressed.</summary>
    public static bool IsCompressed(DestinationContext context) => Variable(context, Compression) == "gzip";

    // The reference hands all variables to a library that knows many more.
    private static void WarnOfUnknown(DestinationContext context)
    {
        foreach (var name in context.Settings.Map(Variables).Keys.Except(Known, StringComparer.Ordinal))
            context.Warn($"{Variables}.{name}", $"has no effect; known are {string.Join(", ", Known)}{Suggestion.For(name, Known)}");
    }

    /// <exception cref="ConfigurationException">The value is no number of milliseconds.</exception>
    public static TimeSpan Milliseconds(DestinationContext context, string name, int otherwise)
    {
        var text = Variable(context, name);
        if (text.Length == 0) return TimeSpan.FromMilliseconds(otherwise);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromMilliseconds(number)
            : throw new ConfigurationException($"{context.Kind.Section}.{Variables}.{name}: a number of milliseconds is expected, not '{text}'");
    }

    /// <summary>What describes the sender; always with a service's name.</summary>
    public static IReadOnlyList<(string Name, string Value)> Resource(DestinationContext context)
    {
        var named = Pairs(Variable(context, ResourceAttributes));
        var service = Variable(context, ServiceName) is { Length: > 0 } name ? name : named.FirstOrDefault(a => a.Name == "service.name").Value ?? "falco";
        return [("service.name", service), .. named.Where(a => a.Name != "service.name")];
    }
}
