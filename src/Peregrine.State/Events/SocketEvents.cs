using Peregrine.Events;

namespace Peregrine.State;

/// <summary>socket, socketpair, bind, accept, getsockopt.</summary>
internal static class SocketEvents
{
    private const long SockTypeMask = 0xFF;
    private const long SockStream = 1;
    private const long SockDgram = 2;
    private const long SockRaw = 3;
    private const long SockCloexec = 0x8_0000;
    private const uint CloseOnExec = 0x1000;
    private const long SolSocket = 1;
    private const long SoError = 4;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SocketSocketX] = Socket;
        handlers[(int)EventType.SocketSocketpairX] = Socketpair;
        handlers[(int)EventType.SocketBindX] = Bind;
        handlers[(int)EventType.SocketAccept_5X] = static (s, ref c) => Accept(s, ref c, false);
        handlers[(int)EventType.SocketAccept4_6X] = static (s, ref c) => Accept(s, ref c, (c.Event.Int(EventParams.SocketAccept4_6X.Flags) & SockCloexec) != 0);
        handlers[(int)EventType.SocketGetsockoptX] = Getsockopt;
        ConnectEvents.Register(handlers);
    }

    private static void Socket(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        var number = e.Int(EventParams.SocketSocketX.Fd, -1);
        if (context.Thread is not { } thread || number < 0) return;
        var kind = e.Int(EventParams.SocketSocketX.Type);
        var closeOnExec = (kind & SockCloexec) != 0 || ((uint)e.Uint(EventParams.SocketSocketX.Flags) & CloseOnExec) != 0;
        var entry = New(state, (byte)e.Uint(EventParams.SocketSocketX.Domain), closeOnExec);
        if (entry.IsIpSocket) entry.MadeFor = Protocol(kind & SockTypeMask, e.Int(EventParams.SocketSocketX.Proto));
        NewDescriptors.Add(ref context, thread, number, entry);
    }

    private static FdEntry New(StateEngine state, byte family, bool closeOnExec)
    {
        var entry = state.FdPool.Rent();
        entry.SocketFamily = family;
        entry.Type = family switch
        {
            SocketAddress.Unix => FdType.UnixSocket,
            SocketAddress.Inet => FdType.Ipv4Socket,
            SocketAddress.Inet6 => FdType.Ipv6Socket,
            SocketAddress.Netlink => FdType.Netlink,
            _ => FdType.Socket,
        };
        if (closeOnExec) entry.Flags = FdFlags.CloseOnExec;
        return entry;
    }

    private static L4Protocol Protocol(long kind, long protocol) => protocol switch
    {
        _ when kind == SockRaw => L4Protocol.Raw,
        0 when kind == SockStream => L4Protocol.Tcp,
        0 when kind == SockDgram => L4Protocol.Udp,
        1 => L4Protocol.Icmp,
        6 => L4Protocol.Tcp,
        17 => L4Protocol.Udp,
        255 => L4Protocol.Raw,
        _ => L4Protocol.Unknown,
    };

    private static void Socketpair(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (context.Thread is not { } thread || e.Int(EventParams.SocketSocketpairX.Res, -1) < 0) return;
        var closeOnExec = (e.Int(EventParams.SocketSocketpairX.Type) & SockCloexec) != 0;
        var family = (byte)e.Uint(EventParams.SocketSocketpairX.Domain);
        var (source, peer) = (e.Uint(EventParams.SocketSocketpairX.Source), e.Uint(EventParams.SocketSocketpairX.Peer));
        var second = New(state, family, closeOnExec);
        (second.UnixSource, second.UnixDestination) = (peer, source);
        NewDescriptors.Add(ref context, thread, e.Int(EventParams.SocketSocketpairX.Fd2, -1), second);
        var first = New(state, family, closeOnExec);
        (first.UnixSource, first.UnixDestination) = (source, peer);
        NewDescriptors.Add(ref context, thread, e.Int(EventParams.SocketSocketpairX.Fd1, -1), first);
    }

    private static void Bind(StateEngine state, ref EventContext context)
    {
        if (context.Fd is not { } fd || context.Event.Int(EventParams.SocketBindX.Res, -1) < 0) return;
        var bytes = context.Event.Param(EventParams.SocketBindX.Addr);
        if (SocketAddress.TryAddress(bytes, out var address, out var port, out var six))
        {
            // Port 0 lets the kernel choose when the socket is used: that is how clients bind.
            if (port == 0) return;
            fd.Type = six ? FdType.Ipv6Listener : FdType.Ipv4Listener;
            fd.Tuple = new SocketTuple { SourceAddress = address, SourcePort = port, Protocol = SocketNaming.Transport(fd, fd.Tuple.Protocol) };
            SocketNaming.SetRole(fd, FdFlags.RoleServer);
            SocketNaming.Rename(state, fd);
        }
        else if (bytes.Length > 0 && bytes[0] == SocketAddress.Unix)
        {
            SocketNaming.Rename(state, fd, SocketAddress.UnixPath(bytes));
        }
    }

    private static void Accept(StateEngine state, ref EventContext context, bool closeOnExec)
    {
        var e = context.Event;
        var number = e.Int(EventParams.SocketAccept_5X.Fd, -1);
        if (context.Thread is not { } thread || number < 0) return;
        var bytes = e.Param(EventParams.SocketAccept_5X.Tuple);
        var entry = New(state, bytes.IsEmpty ? (byte)0 : bytes[0], closeOnExec);
        if (SocketAddress.TryTuple(bytes, out var ends, out var six))
        {
            SocketNaming.SetEnds(state, entry, in ends, six);
            entry.Tuple.Protocol = L4Protocol.Tcp;
            SocketNaming.Rename(state, entry);
        }
        else if (SocketAddress.TryUnixTuple(bytes, out var source, out var destination, out var path))
        {
            SocketNaming.SetUnixEnds(state, entry, source, destination, path);
        }
        entry.Flags |= FdFlags.Connected;
        SocketNaming.SetRole(entry, FdFlags.RoleServer);
        NewDescriptors.Add(ref context, thread, number, entry);
        entry.Flags &= ~FdFlags.NameChanged;
    }

    /// <summary>SO_ERROR tells how a connect in progress ended.</summary>
    private static void Getsockopt(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (context.Fd is not { } fd || e.Int(EventParams.SocketGetsockoptX.Res, -1) < 0 || (fd.Flags & FdFlags.ConnectionPending) == 0) return;
        if (e.Int(EventParams.SocketGetsockoptX.Level) != SolSocket || e.Int(EventParams.SocketGetsockoptX.Optname) != SoError) return;
        var value = e.Param(EventParams.SocketGetsockoptX.Val);
        fd.Flags &= ~FdFlags.ConnectionPending;
        if (value.Length > 1 && value[1..].ContainsAnyExcept((byte)0)) fd.Flags &= ~FdFlags.Connected;
        fd.Version++;
    }
}
