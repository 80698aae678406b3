using System.Text;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Webex' incoming webhooks: one text in Markdown.</summary>
internal sealed class WebexDestination(DestinationContext context) : HttpDestination(context)
{
    // The service takes 7439 bytes.
    private const int MaxText = 3500;

    public static DestinationKind Kind { get; } = new()
    {
        Name = "webex",
        Section = "webex",
        Title = "Webex",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings = [Setting.Secret("webhookurl", "Address of the incoming webhook")],
        Create = context => new WebexDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("markdown", Text(batch[0]));
            writer.WriteEndObject();
        }),
    };

    private static string Text(Alert alert)
    {
        var text = new StringBuilder($"**{alert.Priority.Name()}: {Markdown.Escape(alert.Rule)}**\n\n{Markdown.Escape(ShortText.Cut(alert.Output, 1500))}\n");
        foreach (var (title, value) in ShortText.Within(AlertRows.Of(alert), MaxText - 1600, mostValue: 300)) text.Append($"\n- **{Markdown.Escape(title)}**: {Markdown.Escape(value)}");
        return text.ToString();
    }
}
