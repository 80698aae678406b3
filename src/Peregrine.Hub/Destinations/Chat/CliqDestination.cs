using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Zoho Cliq: a text, and slides with the line and a table of the fields.</summary>
internal sealed class CliqDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "cliq",
        Section = "cliq",
        Title = "Zoho Cliq",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Secret("webhookurl", "Address of the channel's or bot's webhook"),
            Setting.Text("icon", "Address of the picture beside the message"),
            Setting.Choice("outputformat", "What the message holds", "all", "all", "text", "fields"),
            Setting.Template("messageformat", "Template of the text"),
            Setting.Flag("useemoji", "Put a sign of the level before the text"),
        ],
        Create = context => new CliqDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => Write(writer, batch[0])) };

    private void Write(Utf8JsonWriter writer, Alert alert)
    {
        var format = Context.Text("outputformat");
        var sign = Context.Settings.Flag("useemoji") ? Sign(alert.Priority) + " " : "";
        writer.WriteStartObject();
        writer.WriteString("text", ShortText.Cut(sign + (Context.Settings.Template("messageformat") is { } template ? template.Render(alert) : alert.Rule), 5000));
        writer.WriteStartObject("bot");
        writer.WriteString("name", "Peregrine");
        if (Context.Text("icon") is { Length: > 0 } icon) writer.WriteString("image", icon);
        writer.WriteEndObject();
        writer.WriteStartArray("slides");
        if (format is "all" or "text")
        {
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("data", ShortText.Cut(alert.Output, 4000));
            writer.WriteEndObject();
        }
        if (format is "all" or "fields") WriteTable(writer, alert);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTable(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "table");
        writer.WriteString("title", "");
        writer.WriteStartObject("data");
        writer.WriteStartArray("headers");
        writer.WriteStringValue("field");
        writer.WriteStringValue("value");
        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), 10_000, mostRows: 100))
        {
            writer.WriteStartObject();
            writer.WriteString("field", title);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string Sign(AlertPriority priority) => priority switch
    {
        AlertPriority.Emergency or AlertPriority.Alert => "\U0001F6A8",
        AlertPriority.Critical or AlertPriority.Error => "\U0001F534",
        AlertPriority.Warning => "\U0001F7E0",
        AlertPriority.Notice => "\U0001F7E1",
        AlertPriority.Informational => "\U0001F535",
        _ => "⚪",
    };
}
