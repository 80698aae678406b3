using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Azure;

/// <summary>The identity that Azure gives to a machine or an app, told by a service of the machine itself.</summary>
internal sealed class ManagedIdentity : AzureIdentity
{
    private readonly string _address;
    private readonly (string Name, string Value) _header;

    private ManagedIdentity(string address, string clientId, (string Name, string Value) header) =>
        (_address, _header) = (address + (clientId.Length > 0 ? $"&client_id={Uri.EscapeDataString(clientId)}" : "") + "&resource=", header);

    public static ManagedIdentity OfMachine(string host, string clientId) => new($"http://{host}/metadata/identity/oauth2/token?api-version=2018-02-01", clientId, ("Metadata", "true"));

    public static ManagedIdentity OfAppService(string endpoint, string secret, string clientId) => new(endpoint + "?api-version=2019-08-01", clientId, ("X-IDENTITY-HEADER", secret));

    public override ValueTask<Lease<string>> FetchAsync(string resource, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _address + Uri.EscapeDataString(resource));
        request.Headers.Add(_header.Name, _header.Value);
        return LeaseRequest.SendAsync(
            LeaseRequest.Local,
            request,
            $"neither a connection string nor AZURE_CLIENT_SECRET nor AZURE_FEDERATED_TOKEN_FILE is there, and the managed identity at {request.RequestUri!.Authority}",
            text => LeaseRequest.ReadAccessToken(text, now),
            cancellation);
    }
}
