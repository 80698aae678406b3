using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A function of Kubeless, which is a service of its own.</summary>
internal sealed class KubelessDestination(DestinationContext context)
    : ServiceDestination(context, ServiceAddress.Of(context, new ClusterService(context.Text("function"), context.Text("namespace"), ".svc.cluster.local", "port"), "/"))
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "kubeless",
        Section = "kubeless",
        Title = "Kubeless",
        Family = DestinationFamily.Functions,
        EnabledBy = ["namespace", "function"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("namespace", "Namespace of the function"),
            Setting.Text("function", "Function"),
            Setting.Integer("port", "Port of the function's service", 8080, 1, 65_535),
            .. ServiceAddress.Settings,
        ],
        Create = context => new KubelessDestination(context),
    };

    protected override IEnumerable<(string Name, string Value)> Headers(Alert alert) => [("event-id", alert.Id.ToString()), ("event-type", "falco"), ("event-namespace", Context.Text("namespace"))];
}
