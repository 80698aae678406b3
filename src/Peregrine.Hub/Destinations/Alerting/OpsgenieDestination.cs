using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Alerting;

/// <summary>Opsgenie's alerts: the message within its 130 characters and the whole line in the description; the alias joins repeats.</summary>
internal sealed class OpsgenieDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "opsgenie",
        Section = "opsgenie",
        Title = "Opsgenie",
        Family = DestinationFamily.Alerting,
        EnabledBy = ["apikey"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("apikey", "Key of the API integration"),
            Setting.Choice("region", "Where the account is", "us", "us", "eu"),
            Setting.Text("address", "Address instead of the region's") with { EnvironmentPrefix = "PEREGRINE_HUB_" },
        ],
        Create = context => new OpsgenieDestination(context),
    };

    private readonly Uri _address = context.Text("address").Length > 0
        ? context.Address("address")
        : new Uri(context.Text("region") == "eu" ? "https://api.eu.opsgenie.com/v2/alerts" : "https://api.opsgenie.com/v2/alerts");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => Write(writer, batch[0])) };
        request.Headers.Authorization = HttpAuthorization.Token("GenieKey", Context.Text("apikey"));
        return request;
    }

    private static void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("message", ShortText.Cut(alert.Output.Length > 0 ? alert.Output : alert.Rule, 130));
        writer.WriteString("alias", ShortText.Cut(string.Join('/', alert.Rule, alert.Hostname, alert.FieldText("container.id")), 512));
        writer.WriteString("entity", "Peregrine");
        writer.WriteString("description", ShortText.Cut($"{alert.Rule}\n{alert.Output}", 15_000));
        writer.WriteString("source", ShortText.Cut(alert.Source, 100));
        writer.WriteString("priority", Priority(alert.Priority));
        writer.WriteStartArray("tags");
        foreach (var tag in alert.Tags.Take(20)) writer.WriteStringValue(ShortText.Cut(tag, 50));
        writer.WriteEndArray();
        writer.WriteStartObject("details");
        foreach (var (title, value) in ShortText.Within(AlertDetails.Of(alert), 7500)) writer.WriteString(title, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string Priority(AlertPriority priority) => priority switch
    {
        >= AlertPriority.Alert => "P1",
        AlertPriority.Critical => "P2",
        AlertPriority.Error => "P3",
        AlertPriority.Warning => "P4",
        _ => "P5",
    };
}
