using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Peregrine.HubTests.Support;

namespace Peregrine.HubTests.Destinations.Gcp;

/// <summary>A service account with a key of its own, and the checks that Google's token service makes of what the key signed.</summary>
internal static class TestServiceAccount
{
    private static readonly RSA Key = RSA.Create(2048);

    /// <summary>The key's file in base64, as <c>gcp.credentials</c> wants it.</summary>
    public static string Credentials(string tokenService) => Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["type"] = "service_account",
        ["project_id"] = "p",
        ["private_key_id"] = "key-7",
        ["private_key"] = Key.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = "hub@p.iam.gserviceaccount.com",
        ["token_uri"] = tokenService,
    })));

    /// <summary>An identity token that ends in an hour; its signature is not for the hub to look at.</summary>
    public static string IdentityToken(string audience) =>
        $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"aud\":\"{audience}\",\"exp\":{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}}"))}.c2ln";

    /// <summary>Checks a request for a token and returns the claims of its assertion.</summary>
    public static JsonElement CheckAssertion(RecordedRequest request)
    {
        Assert.Equal(("POST", "application/x-www-form-urlencoded"), (request.Method, request.Headers["Content-Type"]));
        var form = request.Form;
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"].Split('.');
        Assert.Equal(3, parts.Length);
        Assert.True(Key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), "the assertion's signature is wrong");
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        Assert.Equal(("RS256", "JWT", "key-7"), (header.RootElement.GetProperty("alg").GetString(), header.RootElement.GetProperty("typ").GetString(), header.RootElement.GetProperty("kid").GetString()));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        var root = claims.RootElement.Clone();
        Assert.Equal("hub@p.iam.gserviceaccount.com", root.GetProperty("iss").GetString());
        var (issued, ends) = (root.GetProperty("iat").GetInt64(), root.GetProperty("exp").GetInt64());
        Assert.InRange(ends - issued, 1, 3600);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - issued, -60, 600);
        return root;
    }
}
