using System.Runtime.InteropServices;
using Peregrine.Events;
using Peregrine.Kernel.Proc.Files;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>Reads a line of <c>/proc/net/tcp</c> and the tables of the same shape (tcp6, udp, udp6, raw, raw6, icmp, icmp6).</summary>
internal static class InetTable
{
    /// <summary>False for the heading, for sockets that no descriptor holds any more (inode 0) and for what is cut short.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, L4Protocol protocol, out ulong inode, out SocketRecord record)
    {
        // sl local remote state queues timer retransmits uid timeout inode …
        record = default;
        inode = 0;
        var cells = new TextCursor(line);
        cells.Skip(1);
        if (!TryEndpoint(cells.Cell(), out var localAddress, out var localPort, out var six)
            || !TryEndpoint(cells.Cell(), out var remoteAddress, out var remotePort, out _)) return false;
        var state = (TcpState)cells.Hex();
        cells.Skip(5);
        inode = cells.Unsigned();
        if (inode == 0) return false;
        record = new SocketRecord
        {
            Type = six ? FdType.Ipv6Socket : FdType.Ipv4Socket,
            Protocol = protocol,
            State = state,
            LocalAddress = localAddress,
            RemoteAddress = remoteAddress,
            LocalPort = localPort,
            RemotePort = remotePort,
        };
        // An IPv4 connection in IPv6's clothes is shown as what it is, as events do.
        if (six && state != TcpState.Listen && localAddress.IsMapped(out var local) && (remoteAddress.IsMapped(out var remote) || remoteAddress == default))
            record = record with { Type = FdType.Ipv4Socket, LocalAddress = local, RemoteAddress = remote };
        return true;
    }

    /// <summary>Hexadecimal words in the machine's own byte order, a colon, the port.</summary>
    private static bool TryEndpoint(ReadOnlySpan<byte> text, out InetAddress address, out ushort port, out bool six)
    {
        address = default;
        port = 0;
        var colon = text.IndexOf((byte)':');
        six = colon == 32;
        if (colon is not (8 or 32)) return false;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        for (var word = 0; word < colon / 8; word++)
        {
            var value = (uint)new TextCursor(text.Slice(word * 8, 8)).Hex();
            MemoryMarshal.Write(bytes[(word * 4)..], value);
        }
        address = InetAddress.Read(bytes);
        port = (ushort)new TextCursor(text[(colon + 1)..]).Hex();
        return true;
    }
}
