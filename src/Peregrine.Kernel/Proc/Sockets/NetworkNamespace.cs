using Peregrine.Kernel.Proc.Native;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>The sockets of one network namespace by inode. Each table is read when the first socket asks for it, since reading tcp costs a walk over the kernel's whole hash.</summary>
internal sealed class NetworkNamespace
{
    private readonly Dictionary<ulong, SocketRecord> _sockets = [];
    private readonly HashSet<(L4Protocol, ushort)> _listening = [];
    private SocketTables _read;

    /// <summary>Finds a socket. The tables are read through <paramref name="process"/>, which lives in the namespace.</summary>
    /// <remarks>Only the tables that it can be in by the name of its protocol are asked.</remarks>
    public bool TryFind(ulong inode, SocketTables tables, ProcDirectory process, byte[] buffer, out SocketRecord record)
    {
        var missing = tables & ~_read;
        if (missing != 0)
        {
            _read |= missing;
            Read(missing, process, buffer);
        }
        return _sockets.TryGetValue(inode, out record);
    }

    /// <summary>Whether something here listens on that port: a connection to it was accepted, not made.</summary>
    public bool IsListening(L4Protocol protocol, ushort port) => _listening.Contains((protocol, port));

    private void Read(SocketTables tables, ProcDirectory process, byte[] buffer)
    {
        if (tables.HasFlag(SocketTables.Tcp))
        {
            Inet("net/tcp"u8, L4Protocol.Tcp, process, buffer);
            Inet("net/tcp6"u8, L4Protocol.Tcp, process, buffer);
        }
        if (tables.HasFlag(SocketTables.Udp))
        {
            Inet("net/udp"u8, L4Protocol.Udp, process, buffer);
            Inet("net/udp6"u8, L4Protocol.Udp, process, buffer);
            Inet("net/udplite"u8, L4Protocol.Udp, process, buffer);
            Inet("net/udplite6"u8, L4Protocol.Udp, process, buffer);
        }
        if (tables.HasFlag(SocketTables.Raw))
        {
            Inet("net/raw"u8, L4Protocol.Raw, process, buffer);
            Inet("net/raw6"u8, L4Protocol.Raw, process, buffer);
        }
        if (tables.HasFlag(SocketTables.Icmp))
        {
            Inet("net/icmp"u8, L4Protocol.Icmp, process, buffer);
            Inet("net/icmp6"u8, L4Protocol.Icmp, process, buffer);
        }
        if (tables.HasFlag(SocketTables.Unix)) Unix(process, buffer);
        if (tables.HasFlag(SocketTables.Netlink)) Netlink(process, buffer);
    }

    private void Inet(ReadOnlySpan<byte> table, L4Protocol protocol, ProcDirectory process, byte[] buffer)
    {
        var fd = Open(table, process);
        if (fd < 0) return;
        var lines = new LineReader(fd, buffer);
        while (lines.TryRead(out var line))
        {
            if (!InetTable.TryParse(line, protocol, out var inode, out var record)) continue;
            _sockets[inode] = record;
            if (record.State == TcpState.Listen && protocol == L4Protocol.Tcp) _listening.Add((protocol, record.LocalPort));
            else if (protocol == L4Protocol.Udp && record.RemotePort == 0) _listening.Add((protocol, record.LocalPort));
        }
        _ = LibC.Close(fd);
    }

    private void Unix(ProcDirectory process, byte[] buffer)
    {
        var fd = Open("net/unix"u8, process);
        if (fd < 0) return;
        var lines = new LineReader(fd, buffer);
        while (lines.TryRead(out var line))
            if (UnixTable.TryParse(line, out var inode, out var record)) _sockets[inode] = record;
        _ = LibC.Close(fd);
    }

    private void Netlink(ProcDirectory process, byte[] buffer)
    {
        var fd = Open("net/netlink"u8, process);
        if (fd < 0) return;
        var lines = new LineReader(fd, buffer);
        while (lines.TryRead(out var line))
        {
            // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
            var inode = (ulong)Math.Max(0, new Files.TextCursor(line).LastNumber(0));
            if (inode != 0) _sockets[inode] = new SocketRecord { Type = FdType.Netlink };
        }
        _ = LibC.Close(fd);
    }

    private static unsafe int Open(ReadOnlySpan<byte> table, ProcDirectory process)
    {
        fixed (byte* path = table) return LibC.OpenAt(process.Fd, path, LibC.ReadOnly | LibC.CloseOnExec | LibC.NonBlock, 0);
    }
}
