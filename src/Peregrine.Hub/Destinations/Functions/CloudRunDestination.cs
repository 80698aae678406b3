using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Functions;

/// <summary>A service of Google Cloud Run, with a token made beforehand.</summary>
internal static class CloudRunDestination
{
    public static DestinationKind Kind { get; } = new()
    {
        Name = "gcpcloudrun",
        Section = "gcp.cloudrun",
        Title = "GCP Cloud Run",
        Family = DestinationFamily.Functions,
        EnabledBy = ["endpoint", "jwt"],
        IsHttp = true,
        OwnSettings = [Setting.Text("endpoint", "Address of the service"), Setting.Secret("jwt", "Identity token that the service accepts")],
        Create = context => new PlainEventDestination(context, context.Address("endpoint"), HttpAuthorization.Token("Bearer", context.Text("jwt"))),
    };
}
