using Peregrine.Hub.Configuration;

namespace Peregrine.Hub.Destinations.Wire;

/// <summary>Where a server listens: <c>host:port</c>, with a scheme and credentials where the service's addresses have them.</summary>
internal sealed record ServerAddress(string Scheme, string Host, int Port, string User, string Password)
{
    /// <summary>Reads a setting; <paramref name="port"/> says which port a scheme has where the address has none, <paramref name="schemes"/> which are known. An address without any is always fine.</summary>
    /// <exception cref="ConfigurationException">The value is no such address; it is not repeated, since it may hold a password.</exception>
    public static ServerAddress Read(DestinationContext context, string key, Func<string, int> port, params string[] schemes)
    {
        var text = context.Text(key).Trim();
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : "tcp://" + text, UriKind.Absolute, out var address) || address.IdnHost.Length == 0 || address.PathAndQuery.Trim('/').Length > 0
            || (hasScheme && !schemes.Contains(address.Scheme)) || address.Port is 0 or > 65_535)
            throw new ConfigurationException($"{context.Kind.Section}.{key}: an address like host:{port("")} is expected{(schemes.Length == 0 ? "" : $", with {string.Join(", ", schemes.Select(s => s + "://"))} or nothing before it")}");
        var scheme = hasScheme ? address.Scheme : "";
        var credentials = address.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        return new ServerAddress(scheme, address.IdnHost, address.Port > 0 ? address.Port : port(scheme), credentials[0], credentials.Length > 1 ? credentials[1] : "");
    }
}
