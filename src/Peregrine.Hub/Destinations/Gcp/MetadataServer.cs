using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>The metadata server of Google's machines, which speaks for the machine's service account, or with workload identity for the pod's.</summary>
/// <param name="host">Where it answers, with a port if it is not 80.</param>
internal sealed class MetadataServer(string host) : GcpCredentials
{
    public const string UsualHost = "metadata.google.internal";

    public override ValueTask<Lease<string>> FetchAsync(GcpGrant grant, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var what = grant.IsIdentity ? $"identity?format=full&audience={Uri.EscapeDataString(grant.Audience)}" : $"token?scopes={Uri.EscapeDataString(grant.Scope)}";
        var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}/computeMetadata/v1/instance/service-accounts/default/{what}");
        request.Headers.Add("Metadata-Flavor", "Google");
        return LeaseRequest.SendAsync(
            LeaseRequest.Local,
            request,
            $"gcp.credentials is not set, and the metadata server {host}",
            text => grant.IsIdentity ? JsonWebToken.Read(text) : LeaseRequest.ReadAccessToken(text, now),
            cancellation);
    }
}
