using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Web;

/// <summary>A flow of Node-RED behind an HTTP node.</summary>
internal static class NodeRedDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "nodered",
        Section = "nodered",
        Title = "Node-RED",
        Family = DestinationFamily.Web,
        EnabledBy = ["address"],
        IsHttp = true,
        HasCustomHeaders = true,
        OwnSettings =
        [
            Setting.Text("address", "Address of the HTTP node"),
            Setting.Text("user", "User"),
            Setting.Secret("password", "Password"),
        ],
        Create = context => new PlainEventDestination(context, context.Address("address"), HttpAuthorization.Basic(context.Text("user"), context.Text("password"))),
    };
}
