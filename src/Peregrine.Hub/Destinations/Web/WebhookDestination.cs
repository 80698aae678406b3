using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Web;

/// <summary>Sends the plain event to an address of one's own.</summary>
internal sealed class WebhookDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "webhook",
        Section = "webhook",
        Title = "Webhook",
        Family = DestinationFamily.Web,
        EnabledBy = ["address"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Secret("address", "Address that takes the events"),
            Setting.Choice("method", "HTTP method", "POST", "POST", "PUT"),
        ],
        Create = context => new WebhookDestination(context),
    };

    private readonly Uri _address = context.Address("address");
    private readonly HttpMethod _method = new(context.Text("method"));

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch) => new(_method, _address) { Content = JsonBody.Of(batch[0]) };
}
