using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>The text of a tuple, as <c>fd.name</c> shows it.</summary>
internal static class SocketNames
{
    public static byte[] Of(FdType type, in SocketTuple tuple)
    {
        var six = type is FdType.Ipv6Socket or FdType.Ipv6Listener;
        var source = Endpoint(tuple.SourceAddress, tuple.SourcePort, six);
        if (type is FdType.Ipv4Listener or FdType.Ipv6Listener) return Encoding.ASCII.GetBytes(source);
        return Encoding.ASCII.GetBytes(source + "->" + Endpoint(tuple.DestinationAddress, tuple.DestinationPort, six));
    }

    private static string Endpoint(UInt128 address, ushort port, bool six)
    {
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in address));
        return new IPAddress(six ? bytes : bytes[..4]).ToString() + ":" + port.ToString(CultureInfo.InvariantCulture);
    }
}
