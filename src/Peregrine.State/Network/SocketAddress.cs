using System.Buffers.Binary;
using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Reads addresses and tuples as events carry them (SOCKADDR, SOCKTUPLE). An IPv4 address in IPv6's clothes is read as the IPv4 address that it is.</summary>
internal static class SocketAddress
{
    public const byte Unix = 1;
    public const byte Inet = 2;
    public const byte Inet6 = 10;
    public const byte Netlink = 16;

    private const int TupleInet = 1 + 2 * (4 + 2);
    private const int TupleInet6 = 1 + 2 * (16 + 2);
    private const int TupleUnix = 1 + 2 * 8;

    /// <summary>Both ends of an IP tuple. False when it is of another family or cut short.</summary>
    public static bool TryTuple(ReadOnlySpan<byte> bytes, out SocketTuple tuple, out bool six)
    {
        tuple = default;
        six = bytes.Length > 0 && bytes[0] == Inet6;
        var size = six ? 16 : 4;
        if (bytes.Length < (six ? TupleInet6 : TupleInet) || (!six && bytes[0] != Inet)) return false;
        tuple.SourceAddress = InetAddress.Read(bytes.Slice(1, size));
        tuple.SourcePort = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(1 + size)..]);
        tuple.DestinationAddress = InetAddress.Read(bytes.Slice(3 + size, size));
        tuple.DestinationPort = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(3 + 2 * size)..]);
        if (six && tuple.SourceAddress.IsMapped(out var source) && tuple.DestinationAddress.IsMapped(out var destination))
            (tuple.SourceAddress, tuple.DestinationAddress, six) = (source, destination, false);
        return true;
    }

    /// <summary>One end. False when it is no IP address.</summary>
    public static bool TryAddress(ReadOnlySpan<byte> bytes, out InetAddress address, out ushort port, out bool six)
    {
        (address, port) = (default, 0);
        six = bytes.Length > 0 && bytes[0] == Inet6;
        var size = six ? 16 : 4;
        if (bytes.Length < 3 + size || (!six && bytes[0] != Inet)) return false;
        address = InetAddress.Read(bytes.Slice(1, size));
        port = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(1 + size)..]);
        if (six && address.IsMapped(out var plain)) (address, six) = (plain, false);
        return true;
    }

    /// <summary>The kernel's addresses of both ends of a unix socket, and the path.</summary>
    public static bool TryUnixTuple(ReadOnlySpan<byte> bytes, out ulong source, out ulong destination, out ReadOnlySpan<byte> path)
    {
        (source, destination) = (0, 0);
        path = default;
        if (bytes.Length < TupleUnix || bytes[0] != Unix) return false;
        source = BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]);
        destination = BinaryPrimitives.ReadUInt64LittleEndian(bytes[9..]);
        path = UntilNul(bytes[TupleUnix..]);
        return true;
    }

    /// <summary>The path of a unix address; empty for other families.</summary>
    public static ReadOnlySpan<byte> UnixPath(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] == Unix ? UntilNul(bytes[1..]) : default;

    private static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }
}
