using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class fd on sockets: addresses, ports, transport, role.</summary>
internal static class SocketFields
{
    public static readonly Field[] All =
    [
        Declare.Address("fd.ip", "FD IP Address", "Matches the address of either end.", null).FilterOnly(Endpoints.MatchAddress),
        Declare.Address("fd.cip", "FD Client Address", "Address of the client.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Client, out var e) && e.SetAddress(ref v)),
        Declare.Address("fd.sip", "FD Server Address", "Address of the server.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Server, out var e) && e.SetAddress(ref v)),
        Declare.Address("fd.lip", "FD Local Address", "Address of this machine's end.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Local, out var e) && e.SetAddress(ref v)),
        Declare.Address("fd.rip", "FD Remote Address", "Address of the other end.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Remote, out var e) && e.SetAddress(ref v)),
        Port("fd.port", "FD Port", "Matches the port of either end.", null).FilterOnly(Endpoints.MatchPort),
        Port("fd.cport", "FD Client Port", "Port of the client.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Client, out var e) && v.Set(e.Port)),
        Port("fd.sport", "FD Server Port", "Port of the server.", static (ref c, _, ref v) => Endpoints.TryGetServerPort(ref c, out var e) && v.Set(e.Port)),
        Port("fd.lport", "FD Local Port", "Port of this machine's end.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Local, out var e) && v.Set(e.Port)),
        Port("fd.rport", "FD Remote Port", "Port of the other end.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Remote, out var e) && v.Set(e.Port)),
        Declare.Text("fd.l4proto", "FD IP Protocol", Fd, "Transport of an IP socket: tcp, udp, icmp or raw; <NA> for other descriptors.", static (ref c, _, ref v) => FdFields.TryGet(ref c) is { } fd && v.Set(Transport(fd))),
        Declare.Text("fd.sockfamily", "FD Socket Family", Fd, "ip or unix, for sockets of these.", Family),
        Declare.Flag("fd.is_server", "FD Server", Fd, "True when the socket is the server's end, by its address being one of this machine's, or listens.", IsServer),
        Port("fd.proto", "FD Protocol", "Matches the port of either end, given by number or by its service's name (https).", null).FilterOnly(Endpoints.MatchPort) with { Format = PrintFormat.Na },
        Service("fd.cproto", "FD Client Protocol", "Service name of the client's port, or its number.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Client, out var e) && ServiceNames.Set(ref v, ref c, e.Port)),
        Service("fd.sproto", "FD Server Protocol", "Service name of the server's port, or its number.", static (ref c, _, ref v) => Endpoints.TryGetServerPort(ref c, out var e) && ServiceNames.Set(ref v, ref c, e.Port)),
        Service("fd.lproto", "FD Local Protocol", "Service name of the port of this machine's end, or its number.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Local, out var e) && ServiceNames.Set(ref v, ref c, e.Port)),
        Service("fd.rproto", "FD Remote Protocol", "Service name of the port of the other end, or its number.", static (ref c, _, ref v) => Endpoints.TryGet(ref c, Endpoint.Remote, out var e) && ServiceNames.Set(ref v, ref c, e.Port)),
        Network("fd.net", "FD IP Network", "Matches when the address of either end lies in the network.", Endpoints.MatchAddress).FirstConstantOnly(),
        Network("fd.cnet", "FD Client Network", "Matches when the client's address lies in the network.", static (ref c, _, ref v, test) => Endpoints.Match(ref c, Endpoint.Client, ref v, test)),
        Network("fd.snet", "FD Server Network", "Matches when the server's address lies in the network.", static (ref c, _, ref v, test) => Endpoints.Match(ref c, Endpoint.Server, ref v, test)),
        Network("fd.lnet", "FD Local Network", "Matches when the address of this machine's end lies in the network.", static (ref c, _, ref v, test) => Endpoints.Match(ref c, Endpoint.Local, ref v, test)),
        Network("fd.rnet", "FD Remote Network", "Matches when the address of the other end lies in the network.", static (ref c, _, ref v, test) => Endpoints.Match(ref c, Endpoint.Remote, ref v, test)),
        Declare.Flag("fd.connected", "FD Connected", Fd, "True when the socket is connected.", static (ref c, _, ref v) => FdFields.TryGet(ref c) is { } fd && v.Set((fd.Flags & FdFlags.Connected) != 0)),
        Declare.Flag("fd.name_changed", "FD Name Changed", Event, "True when this event changed the name, as a datagram to another address does.", static (ref c, _, ref v) => FdFields.TryGet(ref c) is { } fd && v.Set((fd.Flags & FdFlags.NameChanged) != 0)),
    ];

    private static Field Port(string name, string display, string description, FieldExtractor? extract) => Declare.Amount(name, ParamType.Port, display, Fd, description, extract);

    private static Field Service(string name, string display, string description, FieldExtractor? extract) => Declare.Text(name, display, Fd, description, extract);

    private static Field Network(string name, string display, string description, FieldMatcher match) =>
        new Field(name, ParamType.Ipnet, Fd, description, null) { DisplayName = display, Format = PrintFormat.Na }.FilterOnly(match);

    private static ReadOnlySpan<byte> Transport(FdEntry fd) => FdText.Transport(fd) switch
    {
        L4Protocol.Tcp => "tcp"u8,
        L4Protocol.Udp => "udp"u8,
        L4Protocol.Icmp => "icmp"u8,
        L4Protocol.Raw => "raw"u8,
        _ => "<NA>"u8,
    };

    private static bool Family(ref EventContext context, FieldArg arg, ref FieldValue value) => FdFields.TryGet(ref context) switch
    {
        { IsIpSocket: true } or { IsListener: true } => value.Set("ip"u8),
        { Type: FdType.UnixSocket } => value.Set("unix"u8),
        _ => false,
    };

    private static bool IsServer(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (FdFields.TryGet(ref context) is not { } fd) return false;
        return value.Set(fd.IsListener || (fd.IsIpSocket && Endpoints.IsOwn(ref context, fd.Tuple.DestinationAddress, fd.Type == FdType.Ipv6Socket)));
    }
}
