using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A function behind the gateway of OpenFaaS.</summary>
internal static class OpenFaasDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "openfaas",
        Section = "openfaas",
        Title = "OpenFaaS",
        Family = DestinationFamily.Functions,
        EnabledBy = ["functionname"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("functionname", "Function"),
            Setting.Text("functionnamespace", "Namespace of the function", "openfaas-fn"),
            Setting.Text("gatewayservice", "Service of the gateway", "gateway"),
            Setting.Text("gatewaynamespace", "Namespace of the gateway", "openfaas"),
            Setting.Integer("gatewayport", "Port of the gateway", 8080, 1, 65_535),
            .. ServiceAddress.Settings,
        ],
        Create = context => new ServiceDestination(context, ServiceAddress.Of(
            context,
            new ClusterService(context.Text("gatewayservice"), context.Text("gatewaynamespace"), "", "gatewayport"),
            $"/function/{Uri.EscapeDataString(context.Text("functionname"))}.{Uri.EscapeDataString(context.Text("functionnamespace"))}")),
    };
}
