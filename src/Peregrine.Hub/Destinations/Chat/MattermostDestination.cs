using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Mattermost's incoming webhooks, which take Slack's form.</summary>
internal sealed class MattermostDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "mattermost",
        Section = "mattermost",
        Title = "Mattermost",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings = [.. SlackShape.Settings, Setting.Text("icon", "Address of the picture beside the message")],
        Create = context => new MattermostDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");
    private readonly SlackShape _shape = new(context, iconKey: "icon_url");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address) { Content = JsonBody.Create(writer => _shape.Write(writer, batch[0], channel: "")) };
}
