namespace Peregrine.State;

/// <summary>
/// Lists of descriptors say which ends a socket has, not which side opened it. A socket whose own port somebody listens on was accepted: it is turned so that
/// the client stands first, as it does in sockets that were seen being made.
/// </summary>
internal static class ListedSockets
{
    public static void Complete(StateEngine state)
    {
        var ports = new HashSet<ushort>();
        foreach (var thread in state.Threads.All)
            if (thread.IsLeader)
                foreach (var (_, entry) in thread.Group.Fds.Entries())
                    if (entry.IsListener) ports.Add(entry.Tuple.SourcePort);
        foreach (var thread in state.Threads.All)
            if (thread.IsLeader)
                foreach (var (_, entry) in thread.Group.Fds.Entries())
                    if (entry.IsIpSocket) Complete(state, entry, ports);
    }

    private static void Complete(StateEngine state, FdEntry entry, HashSet<ushort> ports)
    {
        if (entry.Tuple.DestinationPort == 0 || (entry.Flags & (FdFlags.RoleClient | FdFlags.RoleServer | FdFlags.ConnectionPending)) != 0) return;
        entry.Flags |= FdFlags.Connected;
        if (ports.Contains(entry.Tuple.SourcePort))
        {
            SocketNaming.Swap(entry);
            SocketNaming.SetRole(entry, FdFlags.RoleServer);
        }
        else
        {
            SocketNaming.SetRole(entry, FdFlags.RoleClient);
        }
        SocketNaming.Rename(state, entry);
        entry.Flags &= ~FdFlags.NameChanged;
    }
}
