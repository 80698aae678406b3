using Peregrine.Events;
using P = Peregrine.Events.EventParams.IterTaskFileSocketInetE;

namespace Peregrine.State;

/// <summary>
/// IP sockets as the kernel lists them: with both ends, but not which side they are. A socket that came from another process is most often its parent's or a sibling's, who knows; else it
/// is the side of whoever listens on its port.
/// </summary>
internal static class ListedSocketEvents
{
    private const int Tcp = 6;

    /// <summary>Processes beside the parent that are looked at.</summary>
    private const int MostSiblings = 64;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.IterTaskFileSocketInetE] = static (s, ref c) => Take(s, ref c, six: false);
        handlers[(int)EventType.IterTaskFileSocketInet6E] = static (s, ref c) => Take(s, ref c, six: true);
    }

    /// <summary>Both events have the same parameters, with addresses of 4 or of 16 bytes.</summary>
    private static void Take(StateEngine state, ref EventContext context, bool six)
    {
        var e = context.Event;
        if (state.Threads.Find(e.ThreadId) is not { } thread) return;
        context.Thread = thread;
        var fd = e.Int(P.Fd, -1);
        var ends = new SocketTuple
        {
            SourceAddress = InetAddress.Read(e.Param(P.LocalIp)),
            SourcePort = (ushort)e.Uint(P.LocalPort),
            DestinationAddress = InetAddress.Read(e.Param(P.RemoteIp)),
            DestinationPort = (ushort)e.Uint(P.RemotePort),
            Protocol = e.Int(P.SkProto) == Tcp ? L4Protocol.Tcp : L4Protocol.Udp,
        };
        if (six && ends.SourceAddress.IsMapped(out var source) && ends.DestinationAddress.IsMapped(out var destination))
            (ends.SourceAddress, ends.DestinationAddress, six) = (source, destination, false);
        if (Known(thread.Group, in ends) is { } known)
        {
            NewDescriptors.Add(ref context, thread, fd, known);
            return;
        }
        var entry = state.FdPool.Rent();
        NewDescriptors.Add(ref context, thread, fd, entry);
        entry.Inode = e.Uint(P.InoNum);
        entry.MadeFor = ends.Protocol;
        if (ends.DestinationPort == 0)
        {
            entry.Type = ends.Protocol == L4Protocol.Tcp ? six ? FdType.Ipv6Listener : FdType.Ipv4Listener : six ? FdType.Ipv6Socket : FdType.Ipv4Socket;
            entry.Tuple = ends;
            if (entry.IsListener) SocketNaming.Rename(state, entry);
            return;
        }
        entry.Type = six ? FdType.Ipv6Socket : FdType.Ipv4Socket;
        entry.Tuple = ends;
        entry.Flags |= FdFlags.Connected;
        var serves = Listens(thread.Group, ends.SourcePort) || (thread.Group.Parent is { } parent && Listens(parent, ends.SourcePort));
        if (serves) SocketNaming.Swap(entry);
        SocketNaming.SetRole(entry, serves ? FdFlags.RoleServer : FdFlags.RoleClient);
        SocketNaming.Rename(state, entry);
    }

    private static bool Listens(ThreadGroup process, ushort port) => process.Fds.Any(port, static (e, p) => e.IsListener && e.Tuple.SourcePort == p);

    /// <summary>The same socket in the hands of the parent or of one of its children.</summary>
    private static FdEntry? Known(ThreadGroup process, in SocketTuple ends)
    {
        if (process.Parent is not { } parent) return null;
        if (parent.Fds.FindSocket(in ends) is { } parents) return parents;
        var left = MostSiblings;
        for (var sibling = parent.FirstChild; sibling is not null && left-- > 0; sibling = sibling.NextSibling)
            if (!ReferenceEquals(sibling, process) && sibling.Fds.FindSocket(in ends) is { } found) return found;
        return null;
    }
}
