using System.Globalization;
using System.Net;
using System.Xml;
using System.Xml.Linq;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>A role that is taken on with the configured keys: its own keys are fetched when they are needed, and again shortly before they end. Several deliveries at once may each fetch some, which does no harm.</summary>
internal sealed class AwsRole(string name, string externalId, Uri address)
{
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(5);

    private Lease? _lease;

    /// <summary>Keys of the role that hold for some minutes at least.</summary>
    /// <exception cref="HttpRequestException">The service does not give any; it may do so later.</exception>
    public async ValueTask<AwsAccount> KeysAsync(AwsAccount account, HttpClient client, TimeProvider clock, CancellationToken cancellation)
    {
        var lease = Volatile.Read(ref _lease);
        if (lease is not null && clock.GetUtcNow() < lease.Until - Reserve) return lease.Keys;
        lease = await FetchAsync(account, client, clock, cancellation);
        Volatile.Write(ref _lease, lease);
        return lease.Keys;
    }

    private async Task<Lease> FetchAsync(AwsAccount account, HttpClient client, TimeProvider clock, CancellationToken cancellation)
    {
        var form = new List<KeyValuePair<string, string>> { new("Action", "AssumeRole"), new("Version", "2011-06-15"), new("RoleArn", name), new("RoleSessionName", "peregrine-hub") };
        if (externalId.Length > 0) form.Add(new("ExternalId", externalId));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        SigV4.Sign(request, await request.Content.ReadAsByteArrayAsync(cancellation), account, "sts", clock.GetUtcNow());
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var text = await HttpDestination.ReadTextAsync(answer, cancellation);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"the role {name} cannot be taken on: {StatusVerdict.Reason(answer.StatusCode, text)}");
        try
        {
            var credentials = XDocument.Parse(text).Descendants().First(e => e.Name.LocalName == "Credentials").Elements().ToDictionary(e => e.Name.LocalName, e => e.Value, StringComparer.Ordinal);
            var until = DateTimeOffset.Parse(credentials["Expiration"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return new Lease(account with { KeyId = credentials["AccessKeyId"], Secret = credentials["SecretAccessKey"], SessionToken = credentials["SessionToken"] }, until);
        }
        catch (Exception e) when (e is XmlException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            // The answer holds keys, so it is not shown.
            throw new HttpRequestException($"the role {name} cannot be taken on: the answer is not the token service's", e, HttpStatusCode.BadGateway);
        }
    }

    private sealed record Lease(AwsAccount Keys, DateTimeOffset Until);
}
