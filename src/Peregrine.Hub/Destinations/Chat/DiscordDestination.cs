using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Discord's webhooks: one embed, kept within the service's limits (25 fields, 1024 characters a value, 4096 the text, 6000 together).</summary>
internal sealed class DiscordDestination(DestinationContext context) : HttpDestination(context)
{
    private const int MaxFields = 25;
    private const int MaxValue = 1000;
    private const int MaxText = 3000;
    private const int MaxFieldTexts = 2500;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "discord",
        Section = "discord",
        Title = "Discord",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings = [Setting.Secret("webhookurl", "Address of the webhook"), Setting.Text("icon", "Address of the picture beside the message")],
        Create = context => new DiscordDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => Write(writer, batch[0])) };

    private void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("content", "");
        if (Context.Text("icon") is { Length: > 0 } icon) writer.WriteString("avatar_url", icon);
        // Names in an alert must not call people.
        writer.WriteStartObject("allowed_mentions");
        writer.WriteStartArray("parse");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("embeds");
        writer.WriteStartObject();
        writer.WriteString("title", ShortText.Cut(alert.Rule, 256));
        writer.WriteString("description", ShortText.Cut(alert.Output, MaxText));
        writer.WriteNumber("color", PriorityColors.Value(alert.Priority));
        writer.WriteString("timestamp", alert.Time);
        writer.WriteStartArray("fields");
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), MaxFieldTexts, MaxFields, MaxValue)) WriteField(writer, title, value);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, string title, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name", ShortText.Cut(title, 256));
        writer.WriteString("value", Markdown.Fence(value.Length == 0 ? " " : value));
        writer.WriteBoolean("inline", value.Length < 36);
        writer.WriteEndObject();
    }
}
