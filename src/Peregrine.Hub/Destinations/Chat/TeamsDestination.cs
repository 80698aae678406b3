using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>
/// Microsoft Teams. Webhooks are Workflows today and take Adaptive Cards; the Office 365 connectors of before took message cards, which <c>cardformat: message</c> still sends.
/// </summary>
internal sealed class TeamsDestination(DestinationContext context) : HttpDestination(context)
{
    // Teams refuses messages above 28 KB; a card costs some bytes beside its texts.
    private const int MaxTexts = 20_000;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "teams",
        Section = "teams",
        Title = "Microsoft Teams",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("webhookurl", "Address of the workflow's webhook"),
            Setting.Text("activityimage", "Address of the picture beside the message (message cards)"),
            Setting.Choice("outputformat", "What the message holds", "all", "all", "text", "facts"),
            Setting.Choice("cardformat", "Form of the card", "adaptive", "adaptive", "message") with { EnvironmentPrefix = "PEREGRINE_HUB_" },
        ],
        Create = context => new TeamsDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");

    private bool ShowsText => Context.Text("outputformat") is "all" or "text";

    private bool ShowsFacts => Context.Text("outputformat") is "all" or "facts";

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer => (Context.Text("cardformat") == "adaptive" ? (Action<Utf8JsonWriter, Alert>)WriteAdaptive : WriteMessage)(writer, batch[0])),
    };

    private void WriteAdaptive(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "message");
        writer.WriteStartArray("attachments");
        writer.WriteStartObject();
        writer.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        writer.WriteStartObject("content");
        writer.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        writer.WriteString("type", "AdaptiveCard");
        writer.WriteString("version", "1.4");
        writer.WriteStartArray("body");
        WriteBlock(writer, $"{alert.Priority.Name()}: {alert.Rule}", isTitle: true, Style(alert.Priority));
        if (ShowsText) WriteBlock(writer, ShortText.Cut(alert.Output, MaxTexts / 2), isTitle: false, style: "default");
        if (ShowsFacts) WriteFacts(writer, alert, "FactSet", "facts", "title");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter writer, string text, bool isTitle, string style)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "TextBlock");
        writer.WriteString("text", text);
        writer.WriteBoolean("wrap", true);
        if (isTitle)
        {
            writer.WriteString("size", "medium");
            writer.WriteString("weight", "bolder");
            writer.WriteString("color", style);
        }
        writer.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter writer, Alert alert, string? type, string key, string name)
    {
        if (type is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
        }
        writer.WriteStartArray(key);
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), MaxTexts / 2))
        {
            writer.WriteStartObject();
            writer.WriteString(name, title);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (type is not null) writer.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("@type", "MessageCard");
        writer.WriteString("@context", "https://schema.org/extensions");
        writer.WriteString("summary", ShortText.Cut(alert.Output, 500));
        writer.WriteString("themeColor", PriorityColors.Hex(alert.Priority)[1..]);
        writer.WriteStartArray("sections");
        writer.WriteStartObject();
        writer.WriteString("activityTitle", "Peregrine");
        writer.WriteString("activitySubtitle", alert.TimeText());
        if (Context.Text("activityimage") is { Length: > 0 } image) writer.WriteString("activityImage", image);
        if (ShowsText) writer.WriteString("text", ShortText.Cut(alert.Output, MaxTexts / 2));
        if (ShowsFacts) WriteFacts(writer, alert, type: null, "facts", "name");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Style(AlertPriority priority) => priority switch
    {
        >= AlertPriority.Error => "attention",
        AlertPriority.Warning => "warning",
        _ => "accent",
    };
}
