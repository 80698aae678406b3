using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Peregrine.Hub.Destinations.Aws;

/// <summary>AWS Signature Version 4 in the Authorization header. All headers that the request has are signed; those that the client adds on the way (length, agent) are not.</summary>
internal static class SigV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string ObjectStorage = "s3";

    /// <summary>Adds date, token and signature to a request that is complete otherwise.</summary>
    /// <param name="request">The request; an earlier signature is replaced.</param>
    /// <param name="body">Its body's bytes.</param>
    /// <param name="account">Who signs.</param>
    /// <param name="service">The service's name in the scope of signatures (<c>sqs</c>).</param>
    /// <param name="now">The time; services take signatures of some minutes ago.</param>
    public static void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsAccount account, string service, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var bodyHash = Hash(body);
        request.Headers.Remove("Authorization");
        Replace(request, "X-Amz-Date", time);
        if (account.SessionToken.Length > 0) Replace(request, "X-Amz-Security-Token", account.SessionToken);
        if (service == ObjectStorage) Replace(request, "X-Amz-Content-Sha256", bodyHash);

        var headers = Headers(request);
        var signedNames = string.Join(';', headers.Keys);
        var canonical = new StringBuilder()
            .Append(request.Method.Method).Append('\n')
            .Append(Path(request.RequestUri!, service)).Append('\n')
            .Append(Query(request.RequestUri!)).Append('\n');
        foreach (var (name, value) in headers) canonical.Append(name).Append(':').Append(value).Append('\n');
        canonical.Append('\n').Append(signedNames).Append('\n').Append(bodyHash);

        var day = time[..8];
        var scope = $"{day}/{account.Region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical.ToString()))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + account.Secret);
        foreach (var part in (ReadOnlySpan<string>)[day, account.Region, service, "aws4_request"]) key = Mac(key, part);
        var signature = Convert.ToHexStringLower(Mac(key, toSign));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={account.KeyId}/{scope}, SignedHeaders={signedNames}, Signature={signature}");
    }

    private static void Replace(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private static SortedDictionary<string, string> Headers(HttpRequestMessage request)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = Host(request.RequestUri!) };
        foreach (var (name, values) in request.Headers.NonValidated) headers[name.ToLowerInvariant()] = Value(values);
        if (request.Content is { } content && content.Headers.NonValidated.TryGetValues("Content-Type", out var type)) headers["content-type"] = Value(type);
        return headers;
    }

    private static string Host(Uri address) => address.IsDefaultPort ? address.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{address.IdnHost}:{address.Port}");

    /// <summary>Without spaces at the ends, and one for several within.</summary>
    private static string Value(HeaderStringValues values) => string.Join(',', values.Select(v => string.Join(' ', v.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    /// <summary>The path as it is sent; all services but the object storage escape it once more.</summary>
    private static string Path(Uri address, string service) =>
        service == ObjectStorage ? address.AbsolutePath : string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Query(Uri address) => string.Join('&', address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2))
        .Select(p => (Name: Again(p[0]), Value: p.Length > 1 ? Again(p[1]) : ""))
        .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
        .Select(p => $"{p.Name}={p.Value}"));

    private static string Again(string escaped) => Uri.EscapeDataString(Uri.UnescapeDataString(escaped));

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
