using System.Runtime.InteropServices;

namespace Peregrine.State;

/// <summary>Both ends of an IP socket. Addresses are 16 bytes in network order; IPv4 uses the first 4. Ports are host order. A listener uses the source.</summary>
public struct SocketTuple
{
    public UInt128 SourceAddress;
    public UInt128 DestinationAddress;
    public ushort SourcePort;
    public ushort DestinationPort;
    public L4Protocol Protocol;

    /// <summary>An address from its 4 or 16 bytes in network order.</summary>
    public static UInt128 Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 16) return MemoryMarshal.Read<UInt128>(bytes);
        Span<byte> all = stackalloc byte[16];
        all.Clear();
        bytes.CopyTo(all);
        return MemoryMarshal.Read<UInt128>(all);
    }

    /// <summary>Writes the 16 bytes of an address in network order; those of IPv4 are the first 4.</summary>
    public static void Write(UInt128 address, Span<byte> bytes) => MemoryMarshal.Write(bytes, in address);

    /// <summary>Whether this is an IPv4 address in IPv6's clothes (<c>::ffff:a.b.c.d</c>); <paramref name="ipv4"/> is then the plain one.</summary>
    public static bool IsMapped(UInt128 address, out UInt128 ipv4)
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(address, bytes);
        var mapped = !bytes[..10].ContainsAnyExcept((byte)0) && bytes[10] == 0xFF && bytes[11] == 0xFF;
        ipv4 = mapped ? Read(bytes.Slice(12, 4)) : default;
        return mapped;
    }

    /// <summary>The same two ends, in this order or the other.</summary>
    public readonly bool IsBetween(in SocketTuple other) => SameEnds(in other) ||
        (SourceAddress == other.DestinationAddress && DestinationAddress == other.SourceAddress && SourcePort == other.DestinationPort && DestinationPort == other.SourcePort);

    public readonly bool SameEnds(in SocketTuple other) =>
        SourceAddress == other.SourceAddress && DestinationAddress == other.DestinationAddress && SourcePort == other.SourcePort && DestinationPort == other.DestinationPort;
}
