using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Peregrine.Events;

namespace Peregrine.Filters.Rendering;

/// <summary>IP addresses and pairs of them as text: <c>10.0.0.1</c>, <c>::1</c>, <c>10.0.0.1:80->10.0.0.2:443</c>.</summary>
public static class SocketAddressText
{
    /// <summary>An address, a colon and a port.</summary>
    public static void AppendEndpoint(ValueBuffer text, ReadOnlySpan<byte> address, ushort port)
    {
        AddressRendering.Append(address, text);
        text.Append((byte)':');
        text.Append(port);
    }

    /// <summary>The value of a socket address parameter.</summary>
    public static void AppendSocketAddress(ValueBuffer text, ReadOnlySpan<byte> value)
    {
        switch (value[0])
        {
            case AddressFamily.Unix:
                text.Append(UntilNul(value[1..]));
                break;
            case AddressFamily.Inet:
                if (value.Length == 7) AppendEndpoint(text, value[1..5], Port(value[5..]));
                else text.Append("INVALID IPv4"u8);
                break;
            case AddressFamily.Inet6:
                if (value.Length == 19) AppendEndpoint(text, value[1..17], Port(value[17..]));
                else text.Append("INVALID IPv6"u8);
                break;
            default:
                text.Append("family "u8);
                text.Append((long)value[0]);
                break;
        }
    }

    /// <summary>The value of a socket tuple parameter.</summary>
    public static void AppendTuple(ValueBuffer text, ReadOnlySpan<byte> value)
    {
        switch (value[0])
        {
            case AddressFamily.Inet:
                if (value.Length == 13) AppendPair(text, value[1..5], Port(value[5..]), value[7..11], Port(value[11..]));
                else text.Append("INVALID IPv4"u8);
                break;
            case AddressFamily.Inet6:
                if (value.Length == 37) AppendV6Pair(text, value);
                else text.Append("INVALID IPv6"u8);
                break;
            case AddressFamily.Unix:
                AppendUnix(text, value);
                break;
            default:
                text.Append("family "u8);
                text.Append((long)value[0]);
                break;
        }
    }

    public static void AppendPair(ValueBuffer text, ReadOnlySpan<byte> source, ushort sourcePort, ReadOnlySpan<byte> destination, ushort destinationPort)
    {
        AppendEndpoint(text, source, sourcePort);
        text.Append("->"u8);
        AppendEndpoint(text, destination, destinationPort);
    }

    /// <summary>The bytes of an address as the state keeps it.</summary>
    public static ReadOnlySpan<byte> Bytes(in InetAddress address, bool v6) => InetAddress.Bytes(in address)[..(v6 ? 16 : 4)];

    private static void AppendV6Pair(ValueBuffer text, ReadOnlySpan<byte> value)
    {
        var source = value[1..17];
        var destination = value[19..35];
        var (sourcePort, destinationPort) = (Port(value[17..]), Port(value[35..]));
        if (IsMappedV4(source) && IsMappedV4(destination)) AppendPair(text, source[12..], sourcePort, destination[12..], destinationPort);
        else AppendPair(text, source, sourcePort, destination, destinationPort);
    }

    private static void AppendUnix(ValueBuffer text, ReadOnlySpan<byte> value)
    {
        if (value.Length < 17)
        {
            text.Append("INVALID UNIX"u8);
            return;
        }
        NumberText.AppendHex(text, BinaryPrimitives.ReadUInt64LittleEndian(value[1..]), upper: false);
        text.Append("->"u8);
        NumberText.AppendHex(text, BinaryPrimitives.ReadUInt64LittleEndian(value[9..]), upper: false);
        text.Append((byte)' ');
        text.Append(UntilNul(value[17..]));
    }

    /// <summary>IPv4 in IPv6, or no address at all, which says nothing of the version.</summary>
    private static bool IsMappedV4(ReadOnlySpan<byte> address) =>
        address[..10].IndexOfAnyExcept((byte)0) < 0 && (address[10] == 0xff && address[11] == 0xff || address[10..].IndexOfAnyExcept((byte)0) < 0);

    private static ushort Port(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }
}

/// <summary>Address families by the numbers that events carry.</summary>
internal static class AddressFamily
{
    public const byte Unix = 1;
    public const byte Inet = 2;
    public const byte Inet6 = 10;
}
