using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Peregrine.Kernel.Proc.Facts;

/// <summary>An address of a network interface, as captures list them. Addresses are in network order: 4 bytes for IPv4, 16 for IPv6.</summary>
public sealed record HostInterface
{
    public required string Name { get; init; }

    public required bool IsIpv6 { get; init; }

    public required byte[] Address { get; init; }

    public required byte[] Netmask { get; init; }

    public required byte[] Broadcast { get; init; }

    /// <summary>Bits per second; 0 when the interface does not tell.</summary>
    public required ulong LinkSpeed { get; init; }

    /// <summary>The interfaces of the network namespace that the sensor lives in. Empty when they cannot be listed.</summary>
    public static IReadOnlyList<HostInterface> ReadAll()
    {
        var result = new List<HostInterface>();
        try
        {
            foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
                foreach (var unicast in card.GetIPProperties().UnicastAddresses) result.Add(From(card, unicast));
        }
        catch (NetworkInformationException)
        {
        }
        return result;
    }

    private static HostInterface From(NetworkInterface card, UnicastIPAddressInformation unicast)
    {
        var address = unicast.Address.GetAddressBytes();
        var mask = Mask(address.Length, unicast.PrefixLength);
        var broadcast = new byte[address.Length];
        for (var i = 0; i < address.Length; i++) broadcast[i] = (byte)(address[i] | ~mask[i]);
        return new HostInterface
        {
            Name = card.Name,
            IsIpv6 = unicast.Address.AddressFamily == AddressFamily.InterNetworkV6,
            Address = address,
            Netmask = mask,
            Broadcast = broadcast,
            LinkSpeed = card.Speed > 0 ? (ulong)card.Speed : 0,
        };
    }

    private static byte[] Mask(int length, int prefix)
    {
        var mask = new byte[length];
        for (var bit = 0; bit < Math.Min(prefix, length * 8); bit++) mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return mask;
    }
}
