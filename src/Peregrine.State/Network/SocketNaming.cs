using System.Buffers.Text;

namespace Peregrine.State;

/// <summary>Gives socket descriptors their ends and the name that shows them.</summary>
internal static class SocketNaming
{
    /// <summary>Writes the name from the tuple, and marks the entry when that is a new one.</summary>
    public static void Rename(StateEngine state, FdEntry entry)
    {
        Span<byte> text = stackalloc byte[SocketText.MaxTuple];
        var six = entry.Type is FdType.Ipv6Socket or FdType.Ipv6Listener;
        var length = entry.IsListener
            ? SocketText.Endpoint(entry.Tuple.SourceAddress, entry.Tuple.SourcePort, six, text)
            : SocketText.Tuple(in entry.Tuple, six, text);
        Rename(state, entry, text[..length]);
    }

    public static void Rename(StateEngine state, FdEntry entry, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(entry.Name)) return;
        entry.Name = state.Names.Intern(name);
        entry.Flags |= FdFlags.NameChanged;
        entry.Version++;
    }

    /// <summary>Sets the ends of an IP socket; an end that the kernel had not chosen yet is taken from the machine's interfaces.</summary>
    public static void SetEnds(StateEngine state, FdEntry entry, in SocketTuple ends, bool six)
    {
        var protocol = entry.Tuple.Protocol;
        entry.Type = six ? FdType.Ipv6Socket : FdType.Ipv4Socket;
        entry.Tuple = ends;
        entry.Tuple.Protocol = protocol;
        entry.Version++;
        if (ends.SourceAddress == default) entry.Tuple.SourceAddress = state.Interfaces.Toward(ends.DestinationAddress, six);
        else if (ends.DestinationAddress == default) entry.Tuple.DestinationAddress = state.Interfaces.Toward(ends.SourceAddress, six);
    }

    /// <summary><c>source->destination path</c> with the kernel's addresses in hexadecimal.</summary>
    public static void SetUnixEnds(StateEngine state, FdEntry entry, ulong source, ulong destination, ReadOnlySpan<byte> path)
    {
        entry.Type = FdType.UnixSocket;
        entry.Version++;
        (entry.UnixSource, entry.UnixDestination) = (source, destination);
        var room = state.Scratch.Room(36 + path.Length);
        Utf8Formatter.TryFormat(source, room, out var length, 'x');
        "->"u8.CopyTo(room[length..]);
        length += 2;
        Utf8Formatter.TryFormat(destination, room[length..], out var digits, 'x');
        length += digits;
        room[length++] = (byte)' ';
        path.CopyTo(room[length..]);
        Rename(state, entry, room[..(length + path.Length)]);
    }

    /// <summary>The transport of a socket that is being used: what is known of it, else what it was made for, else a guess.</summary>
    public static L4Protocol Transport(FdEntry entry, L4Protocol guess) =>
        entry.Tuple.Protocol != L4Protocol.Unknown ? entry.Tuple.Protocol : entry.MadeFor != L4Protocol.Unknown ? entry.MadeFor : guess;

    public static void SetRole(FdEntry entry, FdFlags role)
    {
        entry.Flags = (entry.Flags & ~(FdFlags.RoleClient | FdFlags.RoleServer)) | role;
        entry.Version++;
    }

    /// <summary>
    /// Which side of a datagram socket this is: a process that owns the destination's port serves, any other is a client.
    /// One that owns it and speaks from it too is taken for a server when it receives first.
    /// </summary>
    public static void GuessRole(FdTable table, FdEntry entry, bool receives)
    {
        if ((entry.Flags & (FdFlags.RoleClient | FdFlags.RoleServer)) != 0) return;
        if (!table.Any(entry.Tuple.DestinationPort, static (e, port) => e.IsListener && e.Tuple.SourcePort == port)) SetRole(entry, FdFlags.RoleClient);
        else if (!table.Any(entry.Tuple.SourcePort, static (e, port) => e.IsIpSocket && e.Tuple.SourcePort == port)) SetRole(entry, FdFlags.RoleServer);
        else SetRole(entry, receives ? FdFlags.RoleServer : FdFlags.RoleClient);
    }

    public static void Swap(FdEntry entry)
    {
        ref var ends = ref entry.Tuple;
        (ends.SourceAddress, ends.DestinationAddress) = (ends.DestinationAddress, ends.SourceAddress);
        (ends.SourcePort, ends.DestinationPort) = (ends.DestinationPort, ends.SourcePort);
        entry.Version++;
    }
}
