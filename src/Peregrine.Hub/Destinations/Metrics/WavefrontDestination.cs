using System.Globalization;
using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Metrics;

/// <summary>
/// Wavefront (Operations for Applications), directly or through its proxy, which both take lines over HTTP. The service keeps one value of a series for each second: equal events of a second are one point that counts them.
/// </summary>
internal sealed class WavefrontDestination : HttpDestination
{
    private const string Direct = "direct";

    // The service's own limits: tags of a point, characters of a tag's name and value together.
    private const int MaxTags = 20;
    private const int MaxTagLength = 254;

    private readonly Uri _address;
    private readonly string _metric;

    private WavefrontDestination(DestinationContext context)
        : base(context)
    {
        var isDirect = context.Text("endpointtype") == Direct;
        if (isDirect && !context.Settings.IsSet("endpointtoken")) throw new ConfigurationException($"{context.Kind.Section}.endpointtoken: a token is needed to send directly");
        var host = context.Text("endpointhost").TrimEnd('/');
        var text = host.Contains("://", StringComparison.Ordinal) ? host : (isDirect ? "https://" : "http://") + host;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw new ConfigurationException($"{context.Kind.Section}.endpointhost: a host is expected, with http://, https:// or nothing before it");
        var port = isDirect || !address.IsDefaultPort ? address.Port : (int)context.Settings.Integer("endpointmetricport");
        _address = new UriBuilder(address) { Port = port, Path = "/report", Query = "f=wavefront" }.Uri;
        _metric = string.Concat(context.Text("metricname").Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ',' ? c : '-'));
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "wavefront",
        Section = "wavefront",
        Title = "Wavefront",
        Family = DestinationFamily.Metrics,
        EnabledBy = ["endpointtype", "endpointhost"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Choice("endpointtype", "Straight to the service (direct), or to a proxy", "", "", Direct, "proxy"),
            Setting.Text("endpointhost", "Host of the service or the proxy"),
            Setting.Secret("endpointtoken", "Token of the service"),
            Setting.Integer("endpointmetricport", "Port of the proxy", 2878, 1, 65_535),
            Setting.Text("metricname", "Name of the metric", "falco.alert"),
            Setting.Integer("flushintervalseconds", "How long events wait for others; 0 sends what is there", most: 3600),
            Setting.Integer("batchsize", "Most events together", 10_000, most: 100_000),
        ],
        Batch = settings => new BatchLimits(settings.Integer("batchsize") is > 0 and var size ? (int)size : 10_000, 4 * 1024 * 1024, TimeSpan.FromSeconds(settings.Integer("flushintervalseconds"))),
        Create = context => new WavefrontDestination(context),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var lines = new StringBuilder();
        foreach (var points in batch.GroupBy(Series, StringComparer.Ordinal)) lines.Append(CultureInfo.InvariantCulture, $"\"{_metric}\" {points.Count()} {points.Key}\n");
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = GzipBody.Of(Encoding.UTF8.GetBytes(lines.ToString()), "application/octet-stream") };
        request.Headers.Authorization = HttpAuthorization.Token("Bearer", Context.Text("endpointtoken"));
        return request;
    }

    // What stands behind the value: the second, the source and the tags.
    private static string Series(Alert alert)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{alert.UnixNanoseconds / 1_000_000_000} source=\"falco-exporter\"");
        var own = new[] { ("severity", alert.Priority.Name()), ("rule", alert.Rule), ("source", alert.Source), ("hostname", alert.Hostname), ("tags", string.Join(", ", alert.Tags)) };
        // Numbers (process ids, ports) would make a series of their own for each event.
        foreach (var (name, value) in own.Concat(alert.TextFields().Select(f => (f.Name, f.Value.Text))).Where(t => t.Item2.AsSpan().Trim().Length > 0).DistinctBy(t => t.Item1).Take(MaxTags))
        {
            var key = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
            var text = ShortText.Cut(value.Trim(), Math.Max(1, MaxTagLength - key.Length));
            line.Append(CultureInfo.InvariantCulture, $" \"{key}\"=\"{text.Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"");
        }
        return line.ToString();
    }
}
