using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peregrine.Events;

/// <summary>An IP address: its 16 bytes in network order; IPv4 has the first 4, and the rest is 0.</summary>
/// <remarks>Not <see cref="UInt128"/>, whose layout may differ from machine to machine.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct InetAddress
{
    /// <summary>Bytes of an address in memory.</summary>
    public const int Size = 16;

    private readonly ulong _first;
    private readonly ulong _second;

    private InetAddress(ulong first, ulong second) => (_first, _second) = (first, second);

    /// <summary>The first 8 bytes, as they stand in memory: of IPv6 the network.</summary>
    public ulong Network => _first;

    /// <summary>The first 4 bytes, as they stand in memory: an IPv4 address.</summary>
    public uint Ipv4 => unchecked((uint)_first);

    /// <summary>An IPv4 address from its 4 bytes as they stand in memory.</summary>
    public static InetAddress FromIpv4(uint address) => new(address, 0);

    /// <summary>An address from its 4 or 16 bytes in network order.</summary>
    public static InetAddress Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Size) return MemoryMarshal.Read<InetAddress>(bytes);
        Span<byte> all = stackalloc byte[Size];
        all.Clear();
        bytes.CopyTo(all);
        return MemoryMarshal.Read<InetAddress>(all);
    }

    /// <summary>The 16 bytes of an address where it stands; those of IPv4 are the first 4.</summary>
    public static ReadOnlySpan<byte> Bytes([UnscopedRef] in InetAddress address) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<InetAddress, byte>(ref Unsafe.AsRef(in address)), Size);

    /// <summary>Whether this is an IPv4 address in IPv6's clothes (<c>::ffff:a.b.c.d</c>); <paramref name="ipv4"/> is then the plain one.</summary>
    public bool IsMapped(out InetAddress ipv4)
    {
        var bytes = Bytes(in this);
        var mapped = _first == 0 && bytes[8] == 0 && bytes[9] == 0 && bytes[10] == 0xFF && bytes[11] == 0xFF;
        ipv4 = mapped ? Read(bytes.Slice(12, 4)) : default;
        return mapped;
    }
}
