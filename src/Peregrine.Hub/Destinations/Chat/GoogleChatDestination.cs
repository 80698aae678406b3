using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Google Chat's webhooks: a text, and a card (v2) with the alert's fields.</summary>
internal sealed class GoogleChatDestination(DestinationContext context) : HttpDestination(context)
{
    // A message may have 32,000 bytes.
    private const int MaxFieldTexts = 8000;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "googlechat",
        Section = "googlechat",
        Title = "Google Chat",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("webhookurl", "Address of the webhook"),
            Setting.Choice("outputformat", "What the message holds", "all", "all", "text"),
            Setting.Template("messageformat", "Template of the text"),
        ],
        Create = context => new GoogleChatDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => Write(writer, batch[0])) };

    private void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        var text = Context.Settings.Template("messageformat") is { } template ? template.Render(alert) : Context.Text("outputformat") == "text" ? alert.Output : "";
        writer.WriteString("text", ShortText.Cut(text, 4096));
        if (Context.Text("outputformat") == "all") WriteCard(writer, alert);
        writer.WriteEndObject();
    }

    private static void WriteCard(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartArray("cardsV2");
        writer.WriteStartObject();
        writer.WriteString("cardId", alert.Id);
        writer.WriteStartObject("card");
        writer.WriteStartObject("header");
        writer.WriteString("title", alert.Rule);
        writer.WriteString("subtitle", alert.Priority.Name());
        writer.WriteEndObject();
        writer.WriteStartArray("sections");
        writer.WriteStartObject();
        writer.WriteStartArray("widgets");
        WriteWidget(writer, "output", ShortText.Cut(alert.Output, 8000));
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), MaxFieldTexts, mostRows: 90)) WriteWidget(writer, title, value);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteWidget(Utf8JsonWriter writer, string title, string value)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("decoratedText");
        writer.WriteString("topLabel", title);
        // Cards read a little HTML.
        writer.WriteString("text", System.Net.WebUtility.HtmlEncode(value));
        writer.WriteBoolean("wrapText", true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
