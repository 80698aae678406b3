namespace Peregrine.State;

/// <summary>
/// The addresses of the machine's own interfaces: they tell which end of a socket is this machine, and what an address was before the kernel chose it.
/// Filled from a capture's interface list, or from the machine by whoever runs the engine.
/// </summary>
public sealed class LocalAddresses
{
    private readonly List<(uint Address, uint Mask)> _ipv4 = [];
    private readonly List<UInt128> _ipv6 = [];

    public void Clear()
    {
        _ipv4.Clear();
        _ipv6.Clear();
    }

    /// <summary>Adds an IPv4 address with its netmask, both as 4 bytes in network order.</summary>
    public void AddIpv4(ReadOnlySpan<byte> address, ReadOnlySpan<byte> mask) => _ipv4.Add((Low(SocketTuple.Read(address[..4])), Low(SocketTuple.Read(mask[..4]))));

    /// <summary>Adds an IPv6 address, 16 bytes in network order.</summary>
    public void AddIpv6(ReadOnlySpan<byte> address) => _ipv6.Add(SocketTuple.Read(address[..16]));

    /// <summary>Whether the address is one of this machine's. For IPv6 the first 64 bits decide, as people know it from the reference.</summary>
    public bool IsLocal(UInt128 address, bool six)
    {
        if (six)
        {
            foreach (var own in _ipv6)
                if (SameNetwork(own, address)) return true;
            return false;
        }
        foreach (var (own, _) in _ipv4)
            if (own == Low(address)) return true;
        return false;
    }

    /// <summary>The own address from which <paramref name="peer"/> is most likely spoken to: itself, one of its network, else the first that is not loopback; 0 when none is known.</summary>
    public UInt128 Toward(UInt128 peer, bool six) => six ? Toward6(peer) : Toward4(Low(peer));

    private UInt128 Toward4(uint peer)
    {
        foreach (var (own, _) in _ipv4)
            if (own == peer) return High(own);
        foreach (var (own, mask) in _ipv4)
            if ((own & mask) == (peer & mask)) return High(own);
        foreach (var (own, _) in _ipv4)
            if (own != Loopback4) return High(own);
        return default;
    }

    private UInt128 Toward6(UInt128 peer)
    {
        foreach (var own in _ipv6)
            if (own == peer) return own;
        foreach (var own in _ipv6)
            if (SameNetwork(own, peer)) return own;
        foreach (var own in _ipv6)
            if (own != Loopback6) return own;
        return default;
    }

    private static uint Loopback4 => Low(SocketTuple.Read([127, 0, 0, 1]));

    private static UInt128 Loopback6 => SocketTuple.Read([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    private static bool SameNetwork(UInt128 a, UInt128 b) => unchecked((ulong)a == (ulong)b);

    private static uint Low(UInt128 address) => unchecked((uint)address);

    private static UInt128 High(uint address) => address;
}
