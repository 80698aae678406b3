using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Both ends of an IP socket. Ports are host order. A listener uses the source.</summary>
public struct SocketTuple
{
    public InetAddress SourceAddress;
    public InetAddress DestinationAddress;
    public ushort SourcePort;
    public ushort DestinationPort;
    public L4Protocol Protocol;

    /// <summary>The same two ends, in this order or the other.</summary>
    public readonly bool IsBetween(in SocketTuple other) => SameEnds(in other) ||
        (SourceAddress == other.DestinationAddress && DestinationAddress == other.SourceAddress && SourcePort == other.DestinationPort && DestinationPort == other.SourcePort);

    public readonly bool SameEnds(in SocketTuple other) =>
        SourceAddress == other.SourceAddress && DestinationAddress == other.DestinationAddress && SourcePort == other.SourcePort && DestinationPort == other.DestinationPort;
}
