using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Azure;

/// <summary>An application of Entra ID, which shows its secret or a cluster's token (workload identity).</summary>
/// <param name="tokenService">The directory's token service.</param>
/// <param name="clientId">The application.</param>
/// <param name="secret">Its secret; empty for the token.</param>
/// <param name="tokenFile">The file with the cluster's token, which is renewed in place.</param>
internal sealed class AzureApplication(Uri tokenService, string clientId, string secret, string tokenFile) : AzureIdentity
{
    public override async ValueTask<Lease<string>> FetchAsync(string resource, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials"), new("client_id", clientId), new("scope", resource + "/.default") };
        if (secret.Length > 0)
        {
            form.Add(new("client_secret", secret));
        }
        else
        {
            form.Add(new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            form.Add(new("client_assertion", (await File.ReadAllTextAsync(tokenFile, cancellation)).Trim()));
        }
        var request = new HttpRequestMessage(HttpMethod.Post, tokenService) { Content = new FormUrlEncodedContent(form) };
        return await LeaseRequest.SendAsync(client, request, $"the directory of the application {clientId}", text => LeaseRequest.ReadAccessToken(text, now), cancellation);
    }
}
