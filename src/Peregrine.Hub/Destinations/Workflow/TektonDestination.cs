using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Workflow;

/// <summary>An event listener of Tekton.</summary>
internal static class TektonDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "tekton",
        Section = "tekton",
        Title = "Tekton",
        Family = DestinationFamily.Functions,
        EnabledBy = ["eventlistener"],
        IsHttp = true,
        OwnSettings = [Setting.Text("eventlistener", "Address of the event listener")],
        Create = context => new PlainEventDestination(context, context.Address("eventlistener")),
    };
}
