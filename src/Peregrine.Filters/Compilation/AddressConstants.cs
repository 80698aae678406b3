using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Peregrine.Filters;

/// <summary>IP addresses and networks in conditions.</summary>
internal static class AddressConstants
{
    private static readonly SearchValues<char> Ipv6Signs = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>An address as 4 or 16 bytes: a text with a dot in it and no colon is IPv4 in four decimal parts, any other IPv6.</summary>
    /// <exception cref="FilterException">The text is no address.</exception>
    public static byte[] Parse(string text)
    {
        if (IsIpv4(text)) return ParseIpv4(text) ?? throw new FilterException($"unrecognized IPv4 address {text}");
        return ParseIpv6(text) ?? throw new FilterException($"unrecognized IPv6 address {text}");
    }

    /// <summary>A network: an address, a slash and a prefix length.</summary>
    /// <exception cref="FilterException">The text is no network.</exception>
    public static Network ParseNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) throw new FilterException($"unrecognized IP network {text}");
        var address = text[..slash];
        var length = text[(slash + 1)..];
        var bytes = IsIpv4(address)
            ? ParseIpv4(address) ?? throw new FilterException($"unrecognized IPv4 address {address}")
            : ParseIpv6(address) ?? throw new FilterException($"unrecognized IPv6 address {address}");
        if (!int.TryParse(length, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bits)) throw new FilterException($"{length} is not a valid number");
        if (bits < 0 || bits > bytes.Length * 8) throw new FilterException(bytes.Length == 4 ? $"invalid netmask {length}" : $"invalid v6 netmask {length}");
        return new Network(bytes, bits);
    }

    private static bool IsIpv4(string text) => text.Contains('.') && !text.Contains(':');

    /// <summary>Exactly four decimal parts without leading zeros, as <c>inet_pton(3)</c> wants them.</summary>
    private static byte[]? ParseIpv4(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4) return null;
        var bytes = new byte[4];
        for (var i = 0; i < 4; i++)
        {
            if (parts[i].Length > 1 && parts[i][0] == '0') return null;
            if (!byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i])) return null;
        }
        return bytes;
    }

    /// <summary>No brackets, no zone.</summary>
    private static byte[]? ParseIpv6(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(Ipv6Signs) >= 0) return null;
        return IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address.GetAddressBytes() : null;
    }
}
