using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>Where keys come from that end: a role, a pod, a machine. Making one contacts nobody.</summary>
internal abstract class AwsKeySource
{
    /// <summary>Fetches keys.</summary>
    /// <param name="account">The configured account, whose region the keys are for.</param>
    /// <param name="client">The destination's client.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HttpRequestException">There are none now.</exception>
    public abstract ValueTask<Lease<AwsAccount>> FetchAsync(AwsAccount account, HttpClient client, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Reads what services of the machine answer.</summary>
    protected static Lease<AwsAccount> ReadJson(string json, AwsAccount account)
    {
        using var answer = JsonDocument.Parse(json);
        string Text(string name) => LeaseRequest.Text(answer.RootElement, name);
        return Keys(account, Text("AccessKeyId"), Text("SecretAccessKey"), Text("Token"), Text("Expiration"));
    }

    /// <summary>Reads what the token service answers.</summary>
    protected static Lease<AwsAccount> ReadXml(string xml, AwsAccount account)
    {
        var credentials = XDocument.Parse(xml).Descendants().First(e => e.Name.LocalName == "Credentials").Elements().ToDictionary(e => e.Name.LocalName, e => e.Value, StringComparer.Ordinal);
        return Keys(account, credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], credentials["Expiration"]);
    }

    private static Lease<AwsAccount> Keys(AwsAccount account, string id, string secret, string token, string until) =>
        new(account with { KeyId = id, Secret = secret, SessionToken = token }, DateTimeOffset.Parse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
