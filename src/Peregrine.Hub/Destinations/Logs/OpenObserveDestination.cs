using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Delivery;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>OpenObserve's multi-line intake.</summary>
internal sealed class OpenObserveDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "openobserve",
        Section = "openobserve",
        Title = "OpenObserve",
        Family = DestinationFamily.Logs,
        EnabledBy = ["hostport"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Text("organizationname", "Organisation", "default"),
            Setting.Text("streamname", "Stream", "falco"),
            Setting.Text("username", "User"),
            Setting.Secret("password", "Password"),
        ],
        Batch = _ => BatchLimits.Many(500),
        Create = context => new OpenObserveDestination(context),
    };

    private readonly Uri _address = context.Address("hostport", $"/api/{Uri.EscapeDataString(context.Text("organizationname"))}/{Uri.EscapeDataString(context.Text("streamname"))}/_multi");

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(EventLines.Of(batch)) };
        request.Headers.Authorization = HttpAuthorization.Basic(Context.Text("username"), Context.Text("password"));
        return request;
    }
}
