using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Slack's incoming webhooks: a text, and an attachment with the alert's fields.</summary>
internal sealed class SlackDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "slack",
        Section = "slack",
        Title = "Slack",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings = [.. SlackShape.Settings, Setting.Text("icon", "Address of the picture beside the message"), Setting.Text("channel", "Channel; empty for the webhook's own")],
        Create = context => new SlackDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");
    private readonly SlackShape _shape = new(context, iconKey: "icon_url");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer => _shape.Write(writer, batch[0], Context.Text("channel"))),
    };
}
