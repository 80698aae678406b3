using System.Text.Json;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>The key of a service account: it signs an assertion, for which the token service gives a token (RFC 7523).</summary>
internal sealed class ServiceAccountKey : GcpCredentials
{
    // The longest that the service takes.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly string _account;
    private readonly string _keyId;
    private readonly string _privateKey;
    private readonly string _audience;
    private readonly Uri _tokenService;

    /// <exception cref="ArgumentException">The private key is no key.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The private key is damaged.</exception>
    public ServiceAccountKey(JsonElement file, string tokenService)
    {
        _account = LeaseRequest.Text(file, "client_email");
        _keyId = file.TryGetProperty("private_key_id", out var id) ? id.GetString() ?? "" : "";
        _privateKey = LeaseRequest.Text(file, "private_key");
        _audience = file.TryGetProperty("token_uri", out var uri) && uri.GetString() is { Length: > 0 } text ? text : "https://oauth2.googleapis.com/token";
        _tokenService = Address(tokenService.Length > 0 ? tokenService : _audience);
        // A wrong key should be found now and not at the first alert.
        JsonWebToken.Sign(_keyId, _privateKey, _ => { });
    }

    public override ValueTask<Lease<string>> FetchAsync(GcpGrant grant, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var assertion = JsonWebToken.Sign(_keyId, _privateKey, claims =>
        {
            claims.WriteString("iss", _account);
            claims.WriteString("aud", _audience);
            claims.WriteNumber("iat", now.ToUnixTimeSeconds());
            claims.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            if (grant.IsIdentity) claims.WriteString("target_audience", grant.Audience);
            else claims.WriteString("scope", grant.Scope);
        });
        var request = new HttpRequestMessage(HttpMethod.Post, _tokenService)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", assertion)]),
        };
        return LeaseRequest.SendAsync(client, request, $"the token service of {_account}", text => Read(text, grant, now), cancellation);
    }

    private static Lease<string> Read(string json, GcpGrant grant, DateTimeOffset now)
    {
        if (!grant.IsIdentity) return LeaseRequest.ReadAccessToken(json, now);
        using var answer = JsonDocument.Parse(json);
        return JsonWebToken.Read(LeaseRequest.Text(answer.RootElement, "id_token"));
    }
}
