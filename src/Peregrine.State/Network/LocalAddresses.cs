using Peregrine.Events;

namespace Peregrine.State;

/// <summary>
/// The addresses of the machine's own interfaces: they tell which end of a socket is this machine, and what an address was before the kernel chose it.
/// Filled from a capture's interface list, or from the machine by whoever runs the engine.
/// </summary>
public sealed class LocalAddresses
{
    private readonly List<(uint Address, uint Mask)> _ipv4 = [];
    private readonly List<InetAddress> _ipv6 = [];

    public void Clear()
    {
        _ipv4.Clear();
        _ipv6.Clear();
    }

    /// <summary>Takes over the addresses of another list.</summary>
    internal void CopyFrom(LocalAddresses other)
    {
        _ipv4.AddRange(other._ipv4);
        _ipv6.AddRange(other._ipv6);
    }

    /// <summary>Adds an IPv4 address with its netmask, both as 4 bytes in network order.</summary>
    public void AddIpv4(ReadOnlySpan<byte> address, ReadOnlySpan<byte> mask) => _ipv4.Add((InetAddress.Read(address[..4]).Ipv4, InetAddress.Read(mask[..4]).Ipv4));

    /// <summary>Adds an IPv6 address, 16 bytes in network order.</summary>
    public void AddIpv6(ReadOnlySpan<byte> address) => _ipv6.Add(InetAddress.Read(address[..16]));

    /// <summary>Whether the address is one of this machine's. For IPv6 the first 64 bits decide, as people know it from the reference.</summary>
    public bool IsLocal(InetAddress address, bool six)
    {
        if (six)
        {
            foreach (var own in _ipv6)
                if (SameNetwork(own, address)) return true;
            return false;
        }
        foreach (var (own, _) in _ipv4)
            if (own == address.Ipv4) return true;
        return false;
    }

    /// <summary>The own address from which <paramref name="peer"/> is most likely spoken to: itself, one of its network, else the first that is not loopback; 0 when none is known.</summary>
    public InetAddress Toward(InetAddress peer, bool six) => six ? Toward6(peer) : Toward4(peer.Ipv4);

    private InetAddress Toward4(uint peer)
    {
        foreach (var (own, _) in _ipv4)
            if (own == peer) return InetAddress.FromIpv4(own);
        foreach (var (own, mask) in _ipv4)
            if ((own & mask) == (peer & mask)) return InetAddress.FromIpv4(own);
        foreach (var (own, _) in _ipv4)
            if (own != Loopback4) return InetAddress.FromIpv4(own);
        return default;
    }

    private InetAddress Toward6(InetAddress peer)
    {
        foreach (var own in _ipv6)
            if (own == peer) return own;
        foreach (var own in _ipv6)
            if (SameNetwork(own, peer)) return own;
        foreach (var own in _ipv6)
            if (own != Loopback6) return own;
        return default;
    }

    private static uint Loopback4 => InetAddress.Read([127, 0, 0, 1]).Ipv4;

    private static InetAddress Loopback6 => InetAddress.Read([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    private static bool SameNetwork(InetAddress a, InetAddress b) => a.Network == b.Network;
}
