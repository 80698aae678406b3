using Peregrine.Events;

namespace Peregrine.State;

/// <summary>connect: a socket gets its other end.</summary>
internal static class ConnectEvents
{
    private const long Einprogress = -115;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SocketConnectE] = Remember;
        handlers[(int)EventType.SocketConnectX] = Apply;
    }

    /// <summary>The address as it was before the call: the process can change it in memory while the kernel connects.</summary>
    private static void Remember(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread) return;
        var address = context.Event.Param(EventParams.SocketConnectE.Addr);
        if (address.IsEmpty) return;
        var memory = thread.Enter ??= new EnterMemory();
        (memory.Type, memory.Fd) = (EventType.SocketConnectX, context.FdNumber);
        memory.Text = state.Names.Intern(address);
    }

    private static void Apply(StateEngine state, ref EventContext context)
    {
        var before = context.Thread?.Enter is { Type: EventType.SocketConnectX } memory && memory.Fd == context.FdNumber ? memory.Text : null;
        if (context.Thread is { Enter: not null } thread) thread.Enter = null;
        var result = context.Event.Int(EventParams.SocketConnectX.Res, -1);
        if (context.Fd is not { } fd || (result < 0 && result != Einprogress)) return;
        fd.Flags = (fd.Flags & ~FdFlags.ConnectionPending) | FdFlags.Connected | (result == Einprogress ? FdFlags.ConnectionPending : 0);
        fd.Version++;
        var bytes = context.Event.Param(EventParams.SocketConnectX.Tuple);
        if (SocketAddress.TryTuple(bytes, out var ends, out var six))
        {
            if (before is not null && SocketAddress.TryAddress(before, out var address, out var port, out var sixBefore) && sixBefore == six && address != default)
                (ends.DestinationAddress, ends.DestinationPort) = (address, port);
            fd.Tuple.Protocol = SocketNaming.Transport(fd, L4Protocol.Tcp);
            SocketNaming.SetEnds(state, fd, in ends, six);
            SocketNaming.SetRole(fd, FdFlags.RoleClient);
            SocketNaming.Rename(state, fd);
        }
        else if (SocketAddress.TryUnixTuple(bytes, out var source, out var destination, out var path))
        {
            SocketNaming.SetRole(fd, FdFlags.RoleClient);
            SocketNaming.SetUnixEnds(state, fd, source, destination, path);
        }
    }
}
