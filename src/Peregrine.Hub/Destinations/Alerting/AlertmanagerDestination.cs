using System.Globalization;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Alerting;

/// <summary>Alertmanager (API version 2), one or the members of a cluster: each gets every alert, as its documentation asks; it is delivered when one has it.</summary>
internal sealed class AlertmanagerDestination : HttpDestination
{
    private readonly IReadOnlyList<Uri> _members;
    private readonly AlertmanagerLabels _labels;
    private readonly TimeSpan _expiry;

    public AlertmanagerDestination(DestinationContext context)
        : base(context)
    {
        var path = context.Text("endpoint");
        _members = [.. context.Settings.List("hostport").Select(h => Uri.TryCreate(h.TrimEnd('/') + path, UriKind.Absolute, out var member) && member.Scheme is "http" or "https"
            ? member
            : throw new ConfigurationException("alertmanager.hostport: addresses that begin with http:// or https:// are expected"))];
        _labels = new AlertmanagerLabels(context.Settings);
        _expiry = TimeSpan.FromSeconds(context.Settings.Integer("expiresafter"));
    }

    public static DestinationKind Kind { get; } = new()
    {
        Name = "alertmanager",
        Section = "alertmanager",
        Title = "Alertmanager",
        Family = DestinationFamily.Alerting,
        EnabledBy = ["hostport"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.List("hostport", "Addresses of the members"),
            Setting.Text("endpoint", "Path of the API", "/api/v2/alerts"),
            Setting.Integer("expiresafter", "Seconds until an alert resolves; 0 leaves it to the server"),
            Setting.Map("extralabels", "Labels that every alert gets"),
            Setting.Map("extraannotations", "Annotations that every alert gets"),
            Setting.Map("customseveritymap", "Severities by level"),
            Setting.Text("dropeventthresholds", "Levels of reports about dropped events, by how many were dropped", AlertmanagerLabels.DefaultThresholds),
            Setting.Text("dropeventdefaultpriority", "Level of reports that no threshold names", "critical"),
        ],
        Batch = _ => BatchLimits.Many(200),
        Create = context => new AlertmanagerDestination(context),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => Request(_members[0], batch);

    protected override IReadOnlyList<Uri> Servers(Alert sample) => _members;

    public override async ValueTask<DeliveryResult> DeliverAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        if (_members.Count == 1) return await base.DeliverAsync(batch, cancellation);
        var results = await Task.WhenAll(_members.Select(m => TryAsync(m, batch, cancellation)));
        return results.MinBy(r => r.All.Outcome)!;
    }

    private async Task<DeliveryResult> TryAsync(Uri member, IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        try
        {
            return await SendAsync(Request(member, batch), batch, cancellation);
        }
        catch (HttpRequestException e)
        {
            return DeliveryResult.Retry(e.Message);
        }
    }

    private HttpRequestMessage Request(Uri member, IReadOnlyList<Alert> batch) => new(HttpMethod.Post, member)
    {
        Content = JsonBody.Create(writer =>
        {
            writer.WriteStartArray();
            foreach (var alert in batch) Write(writer, alert);
            writer.WriteEndArray();
        }),
    };

    private void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        WriteMap(writer, "labels", _labels.Labels(alert));
        WriteMap(writer, "annotations", _labels.Annotations(alert));
        writer.WriteString("startsAt", alert.TimeText());
        if (_expiry > TimeSpan.Zero) writer.WriteString("endsAt", (alert.Time + _expiry).ToString("O", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, string key, IEnumerable<KeyValuePair<string, string>> map)
    {
        writer.WriteStartObject(key);
        foreach (var (name, value) in map) writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
