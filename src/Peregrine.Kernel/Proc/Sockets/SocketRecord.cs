using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>A socket as the tables of a network namespace show it: seen from this side, whoever connected.</summary>
internal readonly struct SocketRecord
{
    public FdType Type { get; init; }

    public L4Protocol Protocol { get; init; }

    public TcpState State { get; init; }

    /// <summary>16 bytes in network order; IPv4 uses the first 4.</summary>
    public InetAddress LocalAddress { get; init; }

    public InetAddress RemoteAddress { get; init; }

    public ushort LocalPort { get; init; }

    public ushort RemotePort { get; init; }

    /// <summary>Unix sockets: the kernel's address of it, as far as it shows it.</summary>
    public ulong Address { get; init; }

    /// <summary>Unix sockets: path, or name behind <c>@</c>.</summary>
    public byte[]? Path { get; init; }
}

/// <summary>States of a TCP socket, by the numbers of the tables.</summary>
internal enum TcpState : byte
{
    Unknown = 0,
    Established = 1,
    SynSent = 2,
    Close = 7,
    Listen = 10,
}

/// <summary>The families of tables that a socket's protocol name leads to.</summary>
[Flags]
internal enum SocketTables : byte
{
    None = 0,
    Tcp = 1,
    Udp = 2,
    Raw = 4,
    Icmp = 8,
    Unix = 16,
    Netlink = 32,
}
