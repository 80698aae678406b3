using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Alerting;

/// <summary>PagerDuty's events (version 2): severity from the alert's level, and a key by which repeats join one incident.</summary>
internal sealed class PagerDutyDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "pagerduty",
        Section = "pagerduty",
        Title = "PagerDuty",
        Family = DestinationFamily.Alerting,
        EnabledBy = ["routingkey"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("routingkey", "The service's integration key"),
            Setting.Choice("region", "Where the account is", "us", "us", "eu"),
            Setting.Text("address", "Address instead of the region's") with { EnvironmentPrefix = "PEREGRINE_HUB_" },
        ],
        Create = context => new PagerDutyDestination(context),
    };

    private readonly Uri _address = context.Text("address").Length > 0
        ? context.Address("address")
        : new Uri(context.Text("region") == "eu" ? "https://events.eu.pagerduty.com/v2/enqueue" : "https://events.pagerduty.com/v2/enqueue");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => Write(writer, batch[0])) };

    private void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("routing_key", Context.Text("routingkey"));
        writer.WriteString("event_action", "trigger");
        writer.WriteString("dedup_key", Key(alert));
        writer.WriteString("client", "Peregrine");
        writer.WriteStartObject("payload");
        writer.WriteString("summary", ShortText.Cut(alert.Output.Length > 0 ? alert.Output : alert.Rule, 1024));
        writer.WriteString("source", alert.Hostname.Length > 0 ? alert.Hostname : "peregrine");
        writer.WriteString("severity", Severity(alert.Priority));
        writer.WriteString("timestamp", alert.TimeText());
        writer.WriteString("component", alert.Source);
        writer.WriteString("class", alert.Rule);
        writer.WriteStartObject("custom_details");
        writer.WriteString("rule", alert.Rule);
        writer.WriteString("priority", alert.Priority.Name());
        writer.WriteString("source", alert.Source);
        if (alert.Hostname.Length > 0) writer.WriteString("hostname", alert.Hostname);
        if (alert.Tags.Count > 0) writer.WriteString("tags", string.Join(", ", alert.Tags));
        writer.WritePropertyName("output_fields");
        AlertWriter.WriteFields(writer, alert.Fields);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string Severity(AlertPriority priority) => priority switch
    {
        >= AlertPriority.Critical => "critical",
        AlertPriority.Error => "error",
        AlertPriority.Warning => "warning",
        _ => "info",
    };

    // The same rule on the same host in the same container is one incident.
    private static string Key(Alert alert) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', alert.Rule, alert.Source, alert.Hostname, alert.FieldText("container.id"), alert.FieldText("k8s.pod.name")))))[..32];
}
