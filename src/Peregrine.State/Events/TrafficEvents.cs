using Peregrine.Events;

namespace Peregrine.State;

/// <summary>send and receive: datagram sockets tell with each message who speaks with whom.</summary>
internal static class TrafficEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SocketSendX] = static (s, ref c) => Apply(s, ref c, EventParams.SocketSendX.Tuple, false);
        handlers[(int)EventType.SocketSendtoX] = static (s, ref c) => Apply(s, ref c, EventParams.SocketSendtoX.Tuple, false);
        handlers[(int)EventType.SocketSendmsgX] = static (s, ref c) => Apply(s, ref c, EventParams.SocketSendmsgX.Tuple, false);
        handlers[(int)EventType.SocketSendmmsgX] = static (s, ref c) => Apply(s, ref c, EventParams.SocketSendmmsgX.Tuple, false);
        handlers[(int)EventType.SocketRecvX] = static (s, ref c) => Apply(s, ref c, EventParams.SocketRecvX.Tuple, true);
        handlers[(int)EventType.SocketRecvfromX] = static (s, ref c) => Apply(s, ref c, EventParams.SocketRecvfromX.Tuple, true);
        handlers[(int)EventType.SocketRecvmsgX] = static (s, ref c) => Receive(s, ref c, EventParams.SocketRecvmsgX.Tuple, EventParams.SocketRecvmsgX.Msgcontrol);
        handlers[(int)EventType.SocketRecvmmsgX] = static (s, ref c) => Receive(s, ref c, EventParams.SocketRecvmmsgX.Tuple, EventParams.SocketRecvmmsgX.Msgcontrol);
    }

    private static void Receive(StateEngine state, ref EventContext context, int tuple, int control)
    {
        Apply(state, ref context, tuple, receives: true);
        if (context.Thread is { } thread && context.Event.Int(0, -1) >= 0) PassedDescriptors.Take(thread.Fds, context.Event.Param(control));
    }

    private static void Apply(StateEngine state, ref EventContext context, int param, bool receives)
    {
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0) return;
        if ((context.Fd ?? Infer(state, ref context, thread, param, receives)) is not { } fd) return;
        // A TCP socket's ends never change.
        if (fd.Name.Length > 0 && SocketNaming.Transport(fd, L4Protocol.Unknown) == L4Protocol.Tcp) return;
        var bytes = context.Event.Param(param);
        if (SocketAddress.TryTuple(bytes, out var ends, out var six))
        {
            if (IsSame(fd, in ends)) return;
            SocketNaming.SetEnds(state, fd, in ends, six);
            fd.Tuple.Protocol = SocketNaming.Transport(fd, L4Protocol.Udp);
            fd.Flags |= FdFlags.Connected;
            SocketNaming.GuessRole(thread.Fds, fd, receives);
            // The client stands first: the record has the sender first.
            if ((fd.Flags & (receives ? FdFlags.RoleClient : FdFlags.RoleServer)) != 0) SocketNaming.Swap(fd);
            SocketNaming.Rename(state, fd);
        }
        else if (SocketAddress.TryUnixTuple(bytes, out var source, out var destination, out var path))
        {
            SocketNaming.SetUnixEnds(state, fd, source, destination, path);
        }
    }

    /// <summary>A message that names its receiver is sent from a datagram socket, also from one that was not seen being made.</summary>
    private static FdEntry? Infer(StateEngine state, ref EventContext context, ThreadEntry thread, int param, bool receives)
    {
        if (receives || context.FdNumber < 0 || !SocketAddress.TryTuple(context.Event.Param(param), out _, out var six)) return null;
        var entry = state.FdPool.Rent();
        entry.Type = six ? FdType.Ipv6Socket : FdType.Ipv4Socket;
        entry.MadeFor = L4Protocol.Udp;
        entry.Flags = FdFlags.Guessed;
        NewDescriptors.Add(ref context, thread, context.FdNumber, entry);
        return entry;
    }

    private static bool IsSame(FdEntry fd, in SocketTuple ends)
    {
        if (!fd.IsIpSocket || fd.Name.Length == 0) return false;
        if ((fd.Flags & FdFlags.RoleServer) == 0) return fd.Tuple.SameEnds(in ends);
        var turned = new SocketTuple
        {
            SourceAddress = ends.DestinationAddress,
            SourcePort = ends.DestinationPort,
            DestinationAddress = ends.SourceAddress,
            DestinationPort = ends.SourcePort,
        };
        return fd.Tuple.SameEnds(in ends) || fd.Tuple.SameEnds(in turned);
    }
}
