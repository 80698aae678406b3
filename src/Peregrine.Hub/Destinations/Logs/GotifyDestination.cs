using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Chat;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Gotify: a message with a level of its own scale (0 to 8), as Markdown, text or JSON.</summary>
internal sealed class GotifyDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "gotify",
        Section = "gotify",
        Title = "Gotify",
        Family = DestinationFamily.Queues,
        EnabledBy = ["hostport"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Secret("token", "Token of the application"),
            Setting.Choice("format", "Form of the message", "markdown", "markdown", "plaintext", "json"),
        ],
        Create = context => new GotifyDestination(context),
    };

    private readonly Uri _address = context.Address("hostport", "/message");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var (alert, format) = (batch[0], Context.Text("format"));
        var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = JsonBody.Create(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("title", $"[Falco] [{alert.Priority.Name()}] {alert.Rule}");
                writer.WriteNumber("priority", (int)alert.Priority);
                writer.WriteString("message", format switch { "json" => Encoding.UTF8.GetString(alert.ToJson()), "markdown" => Text(alert, Markdown.Escape, "- **{0}**: {1}"), _ => Text(alert, static t => t, "{0}: {1}") });
                if (format == "markdown")
                {
                    writer.WriteStartObject("extras");
                    writer.WriteStartObject("client::display");
                    writer.WriteString("contentType", "text/markdown");
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                }
                writer.WriteEndObject();
            }),
        };
        request.Headers.TryAddWithoutValidation("X-Gotify-Key", Context.Text("token"));
        return request;
    }

    private static string Text(Alert alert, Func<string, string> escape, string row)
    {
        var text = new StringBuilder(escape(alert.Output)).Append("\n\n");
        var format = CompositeFormat.Parse(row);
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), 16_000)) text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, format, escape(title), escape(value)).Append('\n');
        return text.ToString();
    }
}
