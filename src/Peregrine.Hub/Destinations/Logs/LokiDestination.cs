using System.Globalization;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;
using Peregrine.Hub.Metrics;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Grafana Loki: alerts with the same labels share a stream.</summary>
internal sealed class LokiDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "loki",
        Section = "loki",
        Title = "Grafana Loki",
        Family = DestinationFamily.Logs,
        EnabledBy = ["hostport"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Text("endpoint", "Path of the API", "/loki/api/v1/push"),
            Setting.Text("user", "User"),
            Setting.Secret("apikey", "Password or key"),
            Setting.Text("tenant", "Tenant (X-Scope-OrgID)"),
            Setting.Choice("format", "What a line holds", "text", "text", "json"),
            Setting.Text("extralabels", "Output fields, separated by commas, that become labels"),
        ],
        Batch = _ => BatchLimits.Many(500),
        Create = context => new LokiDestination(context),
    };

    private readonly Uri _address = context.Address("hostport", context.Text("endpoint"));
    private readonly bool _isJson = context.Text("format") == "json";
    private readonly (string Field, string Label)[] _fields =
    [
        .. new[] { "k8s.ns.name", "k8s.pod.name" }.Concat(context.Text("extralabels").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(f => (f, PrometheusText.LabelName(f))),
    ];

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => Write(writer, batch)) };
        request.Headers.Authorization = HttpAuthorization.Basic(Context.Text("user"), Context.Text("apikey"));
        if (Context.Text("tenant") is { Length: > 0 } tenant) request.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        return request;
    }

    private void Write(Utf8JsonWriter writer, IReadOnlyList<Alert> batch)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("streams");
        foreach (var stream in batch.GroupBy(Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("stream");
            foreach (var (name, value) in Labels(stream.First())) writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteStartArray("values");
            foreach (var alert in stream) WriteLine(writer, alert);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteLine(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(alert.UnixNanoseconds.ToString(CultureInfo.InvariantCulture));
        writer.WriteStringValue(_isJson ? Encoding.UTF8.GetString(alert.ToJson()) : alert.Output);
        writer.WriteEndArray();
    }

    private IEnumerable<(string Name, string Value)> Labels(Alert alert)
    {
        yield return ("rule", alert.Rule);
        yield return ("source", alert.Source);
        yield return ("priority", alert.Priority.Name());
        if (alert.Hostname.Length > 0) yield return ("hostname", alert.Hostname);
        if (alert.Tags.Count > 0) yield return ("tags", string.Join(',', alert.Tags));
        foreach (var (field, label) in _fields)
            if (alert.FieldText(field) is { Length: > 0 } value) yield return (label, value);
    }

    // Alerts with equal values have equal labels; empty values stand for those that are not there.
    private string Key(Alert alert) => string.Join('\n', [alert.Rule, alert.Source, alert.Priority.Name(), alert.Hostname, .. alert.Tags, "", .. _fields.Select(f => alert.FieldText(f.Field))]);
}
