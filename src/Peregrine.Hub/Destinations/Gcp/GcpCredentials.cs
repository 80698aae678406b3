using System.Security.Cryptography;
using System.Text.Json;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Gcp;

/// <summary>Who the hub is for Google, and how tokens are got for it. Making one contacts nobody.</summary>
internal abstract class GcpCredentials
{
    /// <summary>Whether identity tokens can be got, too.</summary>
    public virtual bool HasIdentity => true;

    /// <summary>Fetches a token.</summary>
    /// <param name="grant">What for.</param>
    /// <param name="client">The destination's client.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HttpRequestException">There is none now.</exception>
    public abstract ValueTask<Lease<string>> FetchAsync(GcpGrant grant, HttpClient client, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Reads a file of credentials, as the console and <c>gcloud</c> write them.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <param name="tokenService">The address that stands for the file's own; empty for that.</param>
    /// <exception cref="ConfigurationException">It holds no credentials that can be used.</exception>
    public static GcpCredentials Read(string json, string place, string tokenService)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var file = document.RootElement;
            return LeaseRequest.Text(file, "type") switch
            {
                "service_account" => new ServiceAccountKey(file, tokenService),
                "authorized_user" => new AuthorizedUser(file, tokenService),
                "external_account" => new FederatedIdentity(file, tokenService),
                var type => throw new ConfigurationException($"{place}: credentials of type '{type}' are not known: service_account, external_account or authorized_user is expected"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or CryptographicException)
        {
            // What a parser says may repeat a part of the key.
            throw new ConfigurationException($"{place}: this is no whole JSON file of Google credentials");
        }
    }

    protected static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address! : throw new FormatException("an address is expected");
}
