using Peregrine.Kernel.Proc.Native;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>Turns a socket's inode into a descriptor entry. Keeps the tables of the network namespaces it met until it is told that they are old.</summary>
internal sealed class SocketReader(EphemeralPorts ephemeral)
{
    private readonly Dictionary<ulong, NetworkNamespace> _namespaces = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Forgets the tables: what is asked next is read anew.</summary>
    public void Forget() => _namespaces.Clear();

    public void Read(FdEntry entry, ulong inode, SocketProtocol protocol, ulong networkNamespace, ProcDirectory process)
    {
        entry.Inode = inode;
        entry.SocketFamily = protocol.Family;
        entry.Tuple.Protocol = protocol.Transport;
        if (protocol.Family == 16)
        {
            entry.Type = FdType.Netlink;
            return;
        }
        entry.Type = FdType.Socket;
        if (protocol.Tables == SocketTables.None) return;
        if (!_namespaces.TryGetValue(networkNamespace, out var sockets)) _namespaces[networkNamespace] = sockets = new NetworkNamespace();
        if (sockets.TryFind(inode, protocol.Tables, process, _buffer, out var record)) Describe(entry, record, sockets);
        else if (protocol.Family == 1) entry.Type = FdType.UnixSocket;
    }

    private void Describe(FdEntry entry, in SocketRecord record, NetworkNamespace sockets)
    {
        entry.Type = record.Type;
        switch (record.Type)
        {
            case FdType.UnixSocket:
                entry.SocketFamily = 1;
                entry.Name = record.Path!;
                entry.UnixSource = record.Address;
                break;
            case FdType.Netlink:
                entry.SocketFamily = 16;
                break;
            default:
                Inet(entry, record, sockets);
                break;
        }
    }

    private void Inet(FdEntry entry, in SocketRecord record, NetworkNamespace sockets)
    {
        var six = record.Type == FdType.Ipv6Socket;
        entry.SocketFamily = (byte)(six ? 10 : 2);
        entry.Tuple = new SocketTuple
        {
            SourceAddress = record.LocalAddress,
            SourcePort = record.LocalPort,
            DestinationAddress = record.RemoteAddress,
            DestinationPort = record.RemotePort,
            Protocol = record.Protocol,
        };
        if (IsListener(record)) entry.Type = six ? FdType.Ipv6Listener : FdType.Ipv4Listener;
        else if (record.RemotePort != 0) Connection(entry, record, sockets);
        Span<byte> name = stackalloc byte[SocketText.MaxTuple];
        var length = entry.IsListener ? SocketText.Endpoint(entry.Tuple.SourceAddress, entry.Tuple.SourcePort, six, name) : SocketText.Tuple(entry.Tuple, six, name);
        entry.Name = name[..length].ToArray();
    }

    /// <summary>A bound UDP socket without a peer serves, unless its port is one that the kernel hands to clients.</summary>
    private bool IsListener(in SocketRecord record) => record.Protocol switch
    {
        L4Protocol.Tcp => record.State == TcpState.Listen,
        L4Protocol.Udp => record.RemotePort == 0 && record.LocalPort != 0 && !ephemeral.Contains(record.LocalPort),
        _ => false,
    };

    /// <summary>The client comes first in a tuple, so a connection that was accepted here is turned round.</summary>
    private static void Connection(FdEntry entry, in SocketRecord record, NetworkNamespace sockets)
    {
        entry.Flags |= record.Protocol == L4Protocol.Tcp && record.State == TcpState.SynSent ? FdFlags.ConnectionPending : FdFlags.Connected;
        var serves = sockets.IsListening(record.Protocol, record.LocalPort) || (record.LocalPort < 1024 && record.RemotePort >= 1024);
        if (!serves)
        {
            entry.Flags |= FdFlags.RoleClient;
            return;
        }
        entry.Flags |= FdFlags.RoleServer;
        (entry.Tuple.SourceAddress, entry.Tuple.DestinationAddress) = (entry.Tuple.DestinationAddress, entry.Tuple.SourceAddress);
        (entry.Tuple.SourcePort, entry.Tuple.DestinationPort) = (entry.Tuple.DestinationPort, entry.Tuple.SourcePort);
    }
}
