using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>IP addresses and networks in conditions.</summary>
internal static class AddressConstants
{
    private static readonly SearchValues<char> Ipv6Signs = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>An address as 4 or 16 bytes: a text with a dot in it is IPv4 in four decimal parts, any other IPv6.</summary>
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
        var isIpv4 = IsIpv4(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) throw new FilterException(isIpv4 ? $"unrecognized IP network {text}" : $"invalid v6 netmask: {text}");
        var bytes = (isIpv4 ? ParseIpv4(text[..slash]) : ParseIpv6(text[..slash])) ?? throw new FilterException($"unrecognized {(isIpv4 ? "IP" : "IPv6")} address {text}");
        var length = text[(slash + 1)..];
        var bits = (int)NumberConstants.Parse(length, ParamType.Uint8, out _);
        if (bits > (isIpv4 ? 32 : 128)) throw new FilterException($"invalid {(isIpv4 ? "" : "v6 ")}netmask {length}");
        return new Network(bytes, bits);
    }

    private static bool IsIpv4(string text) => text.Contains('.', StringComparison.Ordinal);

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
