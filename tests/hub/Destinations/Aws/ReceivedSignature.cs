using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Aws;

/// <summary>Checks a request's signature as the service does: from what came over the wire.</summary>
internal static partial class ReceivedSignature
{
    public static void Check(RecordedRequest request, string secret, string region, string service)
    {
        var match = Form().Match(request.Headers["Authorization"]);
        Assert.True(match.Success, request.Headers["Authorization"]);
        var time = request.Headers["x-amz-date"];
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        Assert.Equal(scope, match.Groups["scope"].Value);
        // A service's own headers must all be signed, else they could be changed on the way.
        var names = match.Groups["names"].Value.Split(';');
        Assert.Superset(request.Headers.Keys.Select(k => k.ToLowerInvariant()).Where(k => k.StartsWith("x-amz-", StringComparison.Ordinal)).Append("host").ToHashSet(), names.ToHashSet());
        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(request.Body));
        if (service == "s3") Assert.Equal(bodyHash, request.Headers["x-amz-content-sha256"]);
        var path = string.Join('/', request.Path.Split('/').Select(p => service == "s3" ? Uri.EscapeDataString(p) : Uri.EscapeDataString(Uri.EscapeDataString(p))));
        var canonical = $"{request.Method}\n{path}\n\n{string.Concat(names.Select(n => $"{n}:{request.Headers[n]}\n"))}\n{string.Join(';', names)}\n{bodyHash}";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Mac);
        Assert.Equal(Convert.ToHexStringLower(Mac(key, toSign)), match.Groups["signature"].Value);
        var sent = DateTimeOffset.ParseExact(time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange(DateTimeOffset.UtcNow - sent, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(10));
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=key[0-9]/(?<scope>[^,]+), SignedHeaders=(?<names>[^,]+), Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Form();
}
