using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>
/// Workload identity federation: a token of another issuer (a cluster's, another cloud's), from a file or an address, is exchanged for one of Google's (RFC 8693), and that one for a service account's where one is named.
/// </summary>
internal sealed class FederatedIdentity : GcpCredentials
{
    private readonly Uri _tokenService;
    private readonly string _audience;
    private readonly string _subjectType;
    private readonly Uri? _account;
    private readonly string? _file;
    private readonly Uri? _source;
    private readonly Dictionary<string, string> _sourceHeaders = [];
    private readonly string? _field;

    /// <exception cref="FormatException">The file names no source that can be read.</exception>
    public FederatedIdentity(JsonElement file, string tokenService)
    {
        _audience = LeaseRequest.Text(file, "audience");
        _subjectType = LeaseRequest.Text(file, "subject_token_type");
        _tokenService = Address(tokenService.Length > 0 ? tokenService : LeaseRequest.Text(file, "token_url"));
        if (file.TryGetProperty("service_account_impersonation_url", out var account)) _account = Address(account.GetString() ?? "");
        var source = file.GetProperty("credential_source");
        if (source.TryGetProperty("file", out var name)) _file = name.GetString();
        else if (source.TryGetProperty("url", out var address) && !source.TryGetProperty("environment_id", out _)) _source = Address(address.GetString() ?? "");
        else throw new FormatException("a credential_source with file or url is expected");
        if (source.TryGetProperty("headers", out var headers))
            foreach (var header in headers.EnumerateObject()) _sourceHeaders[header.Name] = header.Value.GetString() ?? "";
        if (source.TryGetProperty("format", out var format) && LeaseRequest.Text(format, "type") == "json") _field = LeaseRequest.Text(format, "subject_token_field_name");
    }

    public override bool HasIdentity => _account is not null;

    public override async ValueTask<Lease<string>> FetchAsync(GcpGrant grant, HttpClient client, DateTimeOffset now, CancellationToken cancellation)
    {
        var subject = await SubjectAsync(client, cancellation);
        var exchange = new HttpRequestMessage(HttpMethod.Post, _tokenService)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                new("audience", _audience),
                new("scope", _account is null ? grant.Scope : GcpGrant.CloudPlatform),
                new("subject_token_type", _subjectType),
                new("subject_token", subject),
            ]),
        };
        var token = await LeaseRequest.SendAsync(client, exchange, "Google's token exchange", text => LeaseRequest.ReadAccessToken(text, now), cancellation);
        return _account is null ? token : await ImpersonateAsync(_account, token.Value, grant, client, cancellation);
    }

    private static ValueTask<Lease<string>> ImpersonateAsync(Uri account, string token, GcpGrant grant, HttpClient client, CancellationToken cancellation)
    {
        // The file names the call for access tokens; the one for identity tokens stands beside it.
        var address = grant.IsIdentity ? new Uri(account.AbsoluteUri.Replace(":generateAccessToken", ":generateIdToken", StringComparison.Ordinal)) : account;
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonBody.Create(writer =>
            {
                writer.WriteStartObject();
                if (grant.IsIdentity)
                {
                    writer.WriteString("audience", grant.Audience);
                    writer.WriteBoolean("includeEmail", true);
                }
                else
                {
                    writer.WriteStartArray("scope");
                    writer.WriteStringValue(grant.Scope);
                    writer.WriteEndArray();
                }
                writer.WriteEndObject();
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return LeaseRequest.SendAsync(client, request, "the service account's impersonation", text =>
        {
            using var answer = JsonDocument.Parse(text);
            var root = answer.RootElement;
            return grant.IsIdentity
                ? JsonWebToken.Read(LeaseRequest.Text(root, "token"))
                : new Lease<string>(LeaseRequest.Text(root, "accessToken"), DateTimeOffset.Parse(LeaseRequest.Text(root, "expireTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }, cancellation);
    }

    /// <summary>The other issuer's token; files are read each time, since they are renewed in place.</summary>
    private async ValueTask<string> SubjectAsync(HttpClient ours, CancellationToken cancellation)
    {
        if (_file is not null) return Subject(await File.ReadAllTextAsync(_file, cancellation));
        var request = new HttpRequestMessage(HttpMethod.Get, _source);
        foreach (var (name, value) in _sourceHeaders) request.Headers.TryAddWithoutValidation(name, value);
        var client = _source!.IsLoopback || _source.Host == "169.254.169.254" ? LeaseRequest.Local : ours;
        return await LeaseRequest.SendAsync(client, request, $"the token source {_source.Host}", Subject, cancellation);
    }

    private string Subject(string text)
    {
        if (_field is null) return text.Trim();
        using var document = JsonDocument.Parse(text);
        return LeaseRequest.Text(document.RootElement, _field);
    }
}
