using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A function behind the router of Fission.</summary>
internal sealed class FissionDestination(DestinationContext context) : HttpDestination(context)
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "fission",
        Section = "fission",
        Title = "Fission",
        Family = DestinationFamily.Functions,
        EnabledBy = ["function"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("function", "Function"),
            Setting.Text("routerservice", "Service of the router", "router"),
            Setting.Text("routernamespace", "Namespace of the router", "fission"),
            Setting.Integer("routerport", "Port of the router", 80, 1, 65_535),
            .. ServiceAddress.Settings,
        ],
        Create = context => new FissionDestination(context),
    };

    private readonly Uri _address = ServiceAddress.Of(
        context,
        $"{context.Text("routerservice")}.{context.Text("routernamespace")}.svc.cluster.local",
        "routerport",
        "/fission-function/" + Uri.EscapeDataString(context.Text("function")));

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonBody.Of(batch[0]) };
        request.Headers.Add("event-id", batch[0].Id.ToString());
        return request;
    }
}
