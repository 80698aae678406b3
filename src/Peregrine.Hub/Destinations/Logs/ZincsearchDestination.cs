using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Logs;

/// <summary>Zincsearch: one document for each event.</summary>
internal static class ZincsearchDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "zincsearch",
        Section = "zincsearch",
        Title = "Zincsearch",
        Family = DestinationFamily.Logs,
        EnabledBy = ["hostport"],
        IsHttp = true,
        OwnSettings =
        [
            Setting.Text("hostport", "Address of the server"),
            Setting.Text("index", "Index", "falco"),
            Setting.Text("username", "User"),
            Setting.Secret("password", "Password"),
        ],
        Create = context => new PlainEventDestination(context, context.Address("hostport", $"/api/{Uri.EscapeDataString(context.Text("index"))}/_doc"),
            HttpAuthorization.Basic(context.Text("username"), context.Text("password"))),
    };
}
