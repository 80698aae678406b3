using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Peregrine.Hub.Configuration;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Destinations.Azure;

/// <summary>A key of a namespace or a hub, from a connection string of the portal; it signs tokens for one address.</summary>
internal sealed class SharedAccessKey
{
    public const string Scheme = "SharedAccessSignature";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly string _name;
    private readonly byte[] _key;
    private readonly string _resource;

    private SharedAccessKey(string name, string key, string resource) => (_name, _key, _resource) = (Uri.EscapeDataString(name), Encoding.UTF8.GetBytes(key), Uri.EscapeDataString(resource));

    /// <param name="connection">The connection string.</param>
    /// <param name="place">Its key in the configuration, for messages.</param>
    /// <param name="host">The namespace's host, which the string must be for.</param>
    /// <param name="hub">The hub, which the string must be for if it names one.</param>
    /// <exception cref="ConfigurationException">The string has no key, or is for something else.</exception>
    public static SharedAccessKey Read(string connection, string place, string host, string hub)
    {
        var parts = connection.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => p.Split('=', 2)).Where(p => p.Length == 2)
            .GroupBy(p => p[0], StringComparer.OrdinalIgnoreCase).ToDictionary(p => p.Key, p => p.Last()[1], StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("SharedAccessKeyName", out var name) || !parts.TryGetValue("SharedAccessKey", out var key)) throw new ConfigurationException($"{place}: SharedAccessKeyName and SharedAccessKey are expected in it");
        if (parts.TryGetValue("Endpoint", out var endpoint) && Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && !address.Host.Equals(host, StringComparison.OrdinalIgnoreCase))
            throw new ConfigurationException($"{place}: it is for the namespace {address.Host}, not for {host}");
        if (parts.TryGetValue("EntityPath", out var entity) && !entity.Equals(hub, StringComparison.OrdinalIgnoreCase)) throw new ConfigurationException($"{place}: it is for the hub {entity}, not for {hub}");
        return new SharedAccessKey(name, key, $"https://{host}/{hub}".ToLowerInvariant());
    }

    /// <summary>A token for the next hour.</summary>
    public Lease<string> Sign(DateTimeOffset now)
    {
        var until = now + Lifetime;
        var seconds = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{_resource}\n{seconds}")));
        return new Lease<string>($"sr={_resource}&sig={Uri.EscapeDataString(signature)}&se={seconds}&skn={_name}", until);
    }
}
