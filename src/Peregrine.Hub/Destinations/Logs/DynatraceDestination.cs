using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Dynatrace's log intake.</summary>
internal sealed class DynatraceDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "dynatrace",
        Section = "dynatrace",
        Title = "Dynatrace",
        Family = DestinationFamily.Logs,
        EnabledBy = ["apitoken", "apiurl"],
        IsHttp = true,
        OwnSettings = [Setting.Secret("apitoken", "Token that may ingest logs"), Setting.Text("apiurl", "Address of the interface (https://ENVIRONMENT.live.dynatrace.com/api)")],
        // A request takes 10 MB; attributes repeat some of the fields.
        Batch = _ => BatchLimits.Many(1000, 4_000_000),
        Create = context => new DynatraceDestination(context),
    };

    // Attributes of the service's own vocabulary, and the fields that fill them.
    private static readonly (string Attribute, string Field)[] Attributes =
    [
        ("container.id", "container.id"), ("container.name", "container.name"), ("container.image.name", "container.image.repository"),
        ("k8s.namespace.name", "k8s.ns.name"), ("k8s.pod.name", "k8s.pod.name"), ("k8s.pod.uid", "k8s.pod.id"), ("process.executable.name", "proc.name"),
    ];

    private const int LongestAttribute = 1000;

    private readonly Uri _address = context.Address("apiurl", "/v2/logs/ingest");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = JsonBody.Create(writer =>
            {
                writer.WriteStartArray();
                foreach (var alert in batch) Write(writer, alert);
                writer.WriteEndArray();
            }),
        };
        request.Headers.Authorization = HttpAuthorization.Token("Api-Token", Context.Text("apitoken"));
        return request;
    }

    private static void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", alert.TimeText());
        writer.WriteString("event.id", alert.Id);
        writer.WriteString("event.name", alert.Rule);
        writer.WriteString("event.provider", "Falco");
        writer.WriteString("severity", alert.Priority.Name());
        WriteIfAny("host.name", alert.Hostname);
        WriteIfAny("log.source", alert.Source);
        foreach (var (attribute, field) in Attributes) WriteIfAny(attribute, alert.FieldText(field));
        WriteIfAny("mitre.technique", Tags(t => t.Length > 1 && t[0] == 'T' && char.IsAsciiDigit(t[1])));
        WriteIfAny("mitre.tactic", Tags(t => t.StartsWith("mitre_", StringComparison.Ordinal)).Replace("mitre_", "", StringComparison.Ordinal));
        writer.WriteStartObject("content");
        writer.WriteString("output", alert.Output);
        writer.WritePropertyName("output_fields");
        AlertWriter.WriteFields(writer, alert.Fields);
        writer.WriteStartArray("tags");
        foreach (var tag in alert.Tags) writer.WriteStringValue(tag);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();

        string Tags(Func<string, bool> isWanted) => string.Join(',', alert.Tags.Where(isWanted));

        void WriteIfAny(string name, string value)
        {
            if (value.Length > 0) writer.WriteString(name, ShortText.Cut(value, LongestAttribute));
        }
    }
}
