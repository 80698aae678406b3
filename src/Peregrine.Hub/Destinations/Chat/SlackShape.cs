using System.Text.Json;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>The message that Slack, Mattermost and Rocket.Chat share: text and one attachment with a colour and fields.</summary>
internal sealed class SlackShape(DestinationContext context, string iconKey)
{
    // Wider values take a line of their own.
    private const int ShortValue = 36;

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Secret("webhookurl", "Address of the incoming webhook"),
        Setting.Text("username", "Name beside the message", "Peregrine"),
        Setting.Text("footer", "Line below the message", "Peregrine"),
        Setting.Choice("outputformat", "What the message holds", "all", "all", "text", "fields"),
        Setting.Template("messageformat", "Template of the line above the attachment"),
    ];

    /// <summary>Writes the message; an empty channel is the webhook's own, and <paramref name="attachmentInText"/> says whether an attachment is sent where only text is wanted.</summary>
    public void Write(Utf8JsonWriter writer, Alert alert, string channel, bool attachmentInText = true)
    {
        var settings = context.Settings;
        var format = settings.Text("outputformat");
        writer.WriteStartObject();
        writer.WriteString("text", settings.Template("messageformat") is { } template ? template.Render(alert) : "");
        writer.WriteString("username", settings.Text("username"));
        if (settings.Text("icon") is { Length: > 0 } icon) writer.WriteString(iconKey, icon);
        if (channel.Length > 0) writer.WriteString("channel", channel);
        if (format != "text" || attachmentInText)
        {
            writer.WriteStartArray("attachments");
            WriteAttachment(writer, alert, format);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private void WriteAttachment(Utf8JsonWriter writer, Alert alert, string format)
    {
        writer.WriteStartObject();
        writer.WriteString("fallback", alert.Output);
        writer.WriteString("color", PriorityColors.Hex(alert.Priority));
        if (format is "all" or "text") writer.WriteString("text", alert.Output);
        if (format is "all" or "fields")
        {
            writer.WriteStartArray("fields");
            foreach (var (title, value) in AlertRows.Of(alert)) WriteField(writer, title, value);
            writer.WriteEndArray();
            if (context.Text("footer") is { Length: > 0 } footer) writer.WriteString("footer", footer);
        }
        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, string title, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("title", title);
        writer.WriteString("value", value);
        writer.WriteBoolean("short", value.Length < ShortValue);
        writer.WriteEndObject();
    }
}
