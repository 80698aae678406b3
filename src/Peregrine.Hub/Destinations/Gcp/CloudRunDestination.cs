using System.Net.Http.Headers;
using Peregrine.Hub.Alerts;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>A service of Cloud Run, called with identity tokens of the hub's credentials, or with one that was made beforehand (which ends within the hour).</summary>
internal sealed class CloudRunDestination(DestinationContext context, Uri address) : GcpDestination(context, context.Settings.IsSet(Token) ? null : GcpGrant.Identity(Audience(context, address)))
{
    private const string Token = "jwt";

    public static DestinationKind Kind { get; } = new()
    {
        Name = "gcpcloudrun",
        Section = "gcp.cloudrun",
        Title = "GCP Cloud Run",
        Family = DestinationFamily.Functions,
        EnabledBy = [EndpointKey],
        IsHttp = true,
        Shared = GcpAccount.Section,
        OwnSettings =
        [
            Setting.Text(EndpointKey, "Address of the service"),
            Setting.Secret(Token, "Identity token that the service accepts; empty to get them with the credentials of gcp"),
            .. Setting.Ours(Setting.Text("audience", "Whom the identity tokens are for; empty for the address without its path")),
        ],
        Create = context => new CloudRunDestination(context, context.Address(EndpointKey)),
    };

    protected override HttpRequestMessage CreateRequest(IReadOnlyList<Alert> batch)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonBody.Of(batch[0]) };
        if (Context.Settings.IsSet(Token)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Context.Text(Token));
        return request;
    }

    private static string Audience(DestinationContext context, Uri address) => context.Settings.IsSet("audience") ? context.Text("audience") : address.GetLeftPart(UriPartial.Authority);
}
