using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Workflow;

/// <summary>The reference's response engine.</summary>
internal static class TalonDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "talon",
        Section = "talon",
        Title = "Falco Talon",
        Family = DestinationFamily.Response,
        EnabledBy = ["address"],
        IsHttp = true,
        OwnSettings = [Setting.Text("address", "Address of the engine")],
        Create = context => new PlainEventDestination(context, context.Address("address")),
    };
}
