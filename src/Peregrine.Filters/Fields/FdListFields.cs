using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class fdlist: the descriptors that poll and ppoll wait for, joined by commas.</summary>
internal static class FdListFields
{
    private delegate bool Appender(ValueBuffer text, long number, FdEntry? fd);

    public static readonly Field[] All =
    [
        Declare.Text("fdlist.nums", "FD Numbers", Event, "Of poll, the numbers of the descriptors.", static (ref c, _, ref v) => Join(ref c, ref v, AppendNumber)) with { Format = PrintFormat.Id },
        Declare.Text("fdlist.names", "FD Names", Event, "Of poll, the names of the descriptors; <NA> for those without.", static (ref c, _, ref v) => Join(ref c, ref v, AppendName)),
        Declare.Text("fdlist.cips", "FD Client Addresses", Event, "Of poll, the client addresses of the IP sockets.", static (ref c, _, ref v) => Join(ref c, ref v, AppendClientAddress)),
        Declare.Text("fdlist.sips", "FD Source Addresses", Event, "Of poll, the server addresses of the IP sockets.", static (ref c, _, ref v) => Join(ref c, ref v, AppendServerAddress)),
        Declare.Text("fdlist.cports", "FD Client Ports", Event, "Of poll, the client ports of the IP sockets.", static (ref c, _, ref v) => Join(ref c, ref v, AppendClientPort)) with { Format = PrintFormat.Dec },
        Declare.Text("fdlist.sports", "FD Source Ports", Event, "Of poll, the server ports of the IP sockets.", static (ref c, _, ref v) => Join(ref c, ref v, AppendServerPort)) with { Format = PrintFormat.Dec },
    ];

    private static bool Join(ref EventContext context, ref FieldValue value, Appender append)
    {
        var position = context.Event.Type switch
        {
            EventType.SyscallPollX => EventParams.SyscallPollX.Fds,
            EventType.SyscallPpollX => EventParams.SyscallPpollX.Fds,
            _ => -1,
        };
        if (position < 0 || context.Thread is not { } thread) return false;
        var list = context.Event.Param(position);
        var count = FdListText.Count(list);
        value.Buffer.Begin();
        for (var i = 0; i < count; i++)
        {
            var before = value.Buffer.OpenLength;
            if (before > 0) value.Buffer.Append((byte)',');
            var fd = FdListText.Number(list, i);
            if (!append(value.Buffer, fd, thread.Fds.Find(fd))) value.Buffer.Truncate(before);
        }
        var joined = value.Buffer.End();
        return !joined.IsEmpty && value.Set(joined);
    }

    private static bool AppendNumber(ValueBuffer text, long number, FdEntry? fd)
    {
        text.Append(number);
        return true;
    }

    private static bool AppendName(ValueBuffer text, long number, FdEntry? fd)
    {
        text.Append(fd is { Name.Length: > 0 } ? fd.Name : "<NA>"u8);
        return true;
    }

    private static bool AppendClientAddress(ValueBuffer text, long number, FdEntry? fd)
    {
        if (fd is not { IsIpSocket: true }) return false;
        AddressRendering.Append(SocketAddressText.Bytes(in fd.Tuple.SourceAddress, fd.Type == FdType.Ipv6Socket), text);
        return true;
    }

    private static bool AppendServerAddress(ValueBuffer text, long number, FdEntry? fd)
    {
        if (fd is { IsListener: true }) AddressRendering.Append(SocketAddressText.Bytes(in fd.Tuple.SourceAddress, fd.Type == FdType.Ipv6Listener), text);
        else if (fd is { IsIpSocket: true }) AddressRendering.Append(SocketAddressText.Bytes(in fd.Tuple.DestinationAddress, fd.Type == FdType.Ipv6Socket), text);
        else return false;
        return true;
    }

    private static bool AppendClientPort(ValueBuffer text, long number, FdEntry? fd)
    {
        if (fd is not { IsIpSocket: true }) return false;
        text.Append(fd.Tuple.SourcePort);
        return true;
    }

    private static bool AppendServerPort(ValueBuffer text, long number, FdEntry? fd)
    {
        if (fd is not { IsIpSocket: true }) return false;
        text.Append(fd.Tuple.DestinationPort);
        return true;
    }
}
