using System.Text.Json;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>A person's consent, as <c>gcloud auth application-default login</c> keeps it: good for trying things out.</summary>
internal sealed class AuthorizedUser(JsonElement file, string tokenService) : GcpCredentials
{
    private readonly KeyValuePair<string, string>[] _form =
    [
        new("grant_type", "refresh_token"),
        new("client_id", LeaseRequest.Text(file, "client_id")),
        new("client_secret", LeaseRequest.Text(file, "client_secret")),
        new("refresh_token", LeaseRequest.Text(file, "refresh_token")),
    ];

    private readonly Uri _tokenService = Address(tokenService.Length > 0 ? tokenService : "https://oauth2.googleapis.com/token");

    // Its identity tokens are for gcloud alone.
    public override bool HasIdentity => false;

    public override ValueTask<Lease<string>> FetchAsync(GcpGrant grant, HttpClient client, DateTimeOffset now, CancellationToken cancellation) => LeaseRequest.SendAsync(
        client,
        new HttpRequestMessage(HttpMethod.Post, _tokenService) { Content = new FormUrlEncodedContent(_form) },
        "Google's token service",
        text => LeaseRequest.ReadAccessToken(text, now),
        cancellation);
}
