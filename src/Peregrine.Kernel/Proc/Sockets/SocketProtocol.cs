using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>
/// What the kernel calls a socket's protocol (the extended attribute <c>system.sockprotoname</c> of its file): it tells the family of sockets that are in no table yet, such as one
/// neither bound nor connected, and which table is worth reading.
/// </summary>
internal readonly record struct SocketProtocol(SocketTables Tables, byte Family, L4Protocol Transport)
{
    private const byte Inet = 2, Inet6 = 10, UnixFamily = 1, NetlinkFamily = 16, Packet = 17, Vsock = 40, Xdp = 44;

    /// <summary>Nothing is known: every table must be asked.</summary>
    public static SocketProtocol Unknown { get; } = new((SocketTables)0x3f, 0, L4Protocol.Unknown);

    public static SocketProtocol FromName(ReadOnlySpan<byte> name)
    {
        name = name.TrimEnd((byte)0);
        if (name.IsEmpty) return Unknown;
        if (name.StartsWith("UNIX"u8)) return new(SocketTables.Unix, UnixFamily, L4Protocol.NotApplicable);
        if (name.SequenceEqual("NETLINK"u8)) return new(SocketTables.None, NetlinkFamily, L4Protocol.NotApplicable);
        var family = name.EndsWith("v6"u8) ? Inet6 : Inet;
        if (name.StartsWith("TCP"u8) || name.StartsWith("MPTCP"u8)) return new(SocketTables.Tcp, family, L4Protocol.Tcp);
        if (name.StartsWith("UDP"u8)) return new(SocketTables.Udp, family, L4Protocol.Udp);
        if (name.StartsWith("RAW"u8)) return new(SocketTables.Raw, family, L4Protocol.Raw);
        if (name.StartsWith("PING"u8)) return new(SocketTables.Icmp, family, L4Protocol.Icmp);
        if (name.SequenceEqual("PACKET"u8)) return new(SocketTables.None, Packet, L4Protocol.NotApplicable);
        if (name.SequenceEqual("AF_VSOCK"u8)) return new(SocketTables.None, Vsock, L4Protocol.NotApplicable);
        if (name.SequenceEqual("XDP"u8)) return new(SocketTables.None, Xdp, L4Protocol.NotApplicable);
        return new(SocketTables.None, 0, L4Protocol.Unknown);
    }
}
