using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>JSON Web Tokens (RFC 7519): signed with RS256, and read as far as their end. Nothing is verified: what the hub reads it hands on to the service that verifies.</summary>
internal static class JsonWebToken
{
    /// <summary>Signs claims.</summary>
    /// <param name="keyId">The key's name in the header; empty for none.</param>
    /// <param name="privateKey">An RSA key in PEM.</param>
    /// <param name="claims">Writes the claims as properties.</param>
    /// <exception cref="ArgumentException">The text is no private RSA key.</exception>
    public static string Sign(string keyId, string privateKey, Action<Utf8JsonWriter> claims)
    {
        var text = Part(header =>
        {
            header.WriteString("alg", "RS256");
            header.WriteString("typ", "JWT");
            if (keyId.Length > 0) header.WriteString("kid", keyId);
        }) + "." + Part(claims);
        using var key = RSA.Create();
        key.ImportFromPem(privateKey);
        return text + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>The token and the end that its claim <c>exp</c> says.</summary>
    /// <exception cref="FormatException">It is no such token.</exception>
    public static Lease<string> Read(string token)
    {
        var parts = token.Trim().Split('.');
        if (parts.Length != 3) throw new FormatException("a token of three parts is expected");
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        return new Lease<string>(token.Trim(), DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64()));
    }

    private static string Part(Action<Utf8JsonWriter> properties) => Base64Url.EncodeToString(JsonBody.Bytes(writer =>
    {
        writer.WriteStartObject();
        properties(writer);
        writer.WriteEndObject();
    }));
}
