using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>One end of a socket, by its role or its place.</summary>
internal enum Endpoint
{
    Client,
    Server,
    Local,
    Remote,
}

/// <summary>
/// Finds the ends of an event's socket. The source is the client and the destination the server, once a connect or accept told who is who.
/// This machine's end is the source when its address is one of the machine's, else the destination.
/// </summary>
internal static class Endpoints
{
    private const FdFlags AnyRole = FdFlags.RoleClient | FdFlags.RoleServer;

    public static bool TryGet(ref EventContext context, Endpoint which, out SocketEnd end)
    {
        end = default;
        if (FdFields.TryGet(ref context) is not { } fd) return false;
        if (fd.IsListener) return which == Endpoint.Server && (fd.Flags & AnyRole) != 0 && Found(fd, destination: false, out end);
        if (!fd.IsIpSocket || (fd.Flags & AnyRole) == 0) return false;
        return Found(fd, which switch
        {
            Endpoint.Client => false,
            Endpoint.Server => true,
            Endpoint.Local => !SourceIsLocal(ref context, fd),
            _ => SourceIsLocal(ref context, fd),
        }, out end);
    }

    /// <summary>A listener's port is a server's before anybody connected.</summary>
    public static bool TryGetServerPort(ref EventContext context, out SocketEnd end)
    {
        if (FdFields.TryGet(ref context) is { IsListener: true } listener) return Found(listener, destination: false, out end);
        return TryGet(ref context, Endpoint.Server, out end);
    }

    /// <summary>Whether the address is this machine's. The addresses of a container's own network, its loopback included, are not: as in the reference, they count as elsewhere.</summary>
    public static bool IsOwn(ref EventContext context, InetAddress address, bool isV6) =>
        context.Thread?.Container is null && context.State.Interfaces.IsLocal(address, isV6);

    /// <summary>Either end; for <c>!=</c> both. A listener has one.</summary>
    public static bool MatchAddress(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test)
    {
        if (FdFields.TryGet(ref context) is not { } fd || !(fd.IsIpSocket || fd.IsListener)) return false;
        Found(fd, destination: false, out var source);
        var first = source.SetAddress(ref scratch) && test.Holds(ref context, ref scratch);
        if (fd.IsListener || first != test.IsNegative) return first;
        Found(fd, destination: true, out var destination);
        return destination.SetAddress(ref scratch) && test.Holds(ref context, ref scratch);
    }

    public static bool MatchPort(ref EventContext context, FieldArg arg, ref FieldValue scratch, ICandidateTest test)
    {
        if (FdFields.TryGet(ref context) is not { } fd || !(fd.IsIpSocket || fd.IsListener)) return false;
        var first = scratch.Set(fd.Tuple.SourcePort) && test.Holds(ref context, ref scratch);
        if (fd.IsListener || first != test.IsNegative) return first;
        return scratch.Set(fd.Tuple.DestinationPort) && test.Holds(ref context, ref scratch);
    }

    public static bool Match(ref EventContext context, Endpoint which, ref FieldValue scratch, ICandidateTest test) =>
        TryGet(ref context, which, out var end) && end.SetAddress(ref scratch) && test.Holds(ref context, ref scratch);

    private static bool SourceIsLocal(ref EventContext context, FdEntry fd) => IsOwn(ref context, fd.Tuple.SourceAddress, fd.Type == FdType.Ipv6Socket);

    private static bool Found(FdEntry fd, bool destination, out SocketEnd end)
    {
        end = new(fd, destination);
        return true;
    }
}

/// <summary>One end of a descriptor's socket.</summary>
internal readonly struct SocketEnd(FdEntry fd, bool destination)
{
    public ushort Port => destination ? fd.Tuple.DestinationPort : fd.Tuple.SourcePort;

    /// <summary>Sets the value to the 4 or 16 bytes of the address.</summary>
    public bool SetAddress(ref FieldValue value)
    {
        var isV6 = fd.Type is FdType.Ipv6Socket or FdType.Ipv6Listener;
        return value.Set(destination ? SocketAddressText.Bytes(in fd.Tuple.DestinationAddress, isV6) : SocketAddressText.Bytes(in fd.Tuple.SourceAddress, isV6));
    }
}
