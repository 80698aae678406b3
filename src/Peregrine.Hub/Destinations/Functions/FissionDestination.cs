using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A function behind the router of Fission.</summary>
internal sealed class FissionDestination(DestinationContext context) : ServiceDestination(context, ServiceAddress.Of(
    context,
    new ClusterService(context.Text("routerservice"), context.Text("routernamespace"), ".svc.cluster.local", "routerport"),
    "/fission-function/" + Uri.EscapeDataString(context.Text("function"))))
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

    protected override IEnumerable<(string Name, string Value)> Headers(Alert alert) => [("event-id", alert.Id.ToString())];
}
