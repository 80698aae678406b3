using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Chat;

/// <summary>Rocket.Chat's incoming webhooks: Slack's form with an avatar, and no attachment where only text is wanted.</summary>
internal sealed class RocketchatDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "rocketchat",
        Section = "rocketchat",
        Title = "Rocket.Chat",
        Family = DestinationFamily.Chat,
        EnabledBy = ["webhookurl"],
        IsHttp = true,
        OwnSettings = [.. SlackShape.Settings, Setting.Text("icon", "Address of the picture beside the message")],
        Create = context => new RocketchatDestination(context),
    };

    private readonly Uri _address = context.Address("webhookurl");
    private readonly SlackShape _shape = new(context, iconKey: "avatar");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(HttpMethod.Post, _address)
    {
        Content = JsonBody.Create(writer => _shape.Write(writer, batch[0], channel: "", attachmentInText: false)),
    };
}
