using System.Text;

namespace Peregrine.Filters;

/// <summary>IP addresses against one constant. Addresses of different families are different.</summary>
internal sealed class AddressTest(byte[] constant, bool negative) : ValueTest
{
    public override bool Holds(ref FieldValue value) => value.Bytes.SequenceEqual(constant) != negative;

    public override void AppendKey(StringBuilder key)
    {
        key.Append(negative ? "ip!= " : "ip= ");
        AppendConstant(key, constant);
    }
}

/// <summary>Whether an address is one of the hosts' at this moment.</summary>
internal sealed class HostAddressTest(NamedHost[] hosts, bool negative) : ValueTest
{
    public override bool Holds(ref FieldValue value)
    {
        foreach (var host in hosts)
            if (host.Has(value.Bytes)) return !negative;
        return negative;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append(negative ? "host!=" : "host=");
        foreach (var host in hosts)
        {
            key.Append(' ');
            AppendConstant(key, Encoding.UTF8.GetBytes(host.Name));
        }
    }
}

/// <summary>A block of addresses: an address and how many of its leading bits count.</summary>
internal readonly record struct Network(byte[] Address, int PrefixLength)
{
    public bool Contains(ReadOnlySpan<byte> address)
    {
        if (address.Length != Address.Length) return false;
        var whole = PrefixLength / 8;
        if (!address[..whole].SequenceEqual(Address.AsSpan(0, whole))) return false;
        var rest = PrefixLength % 8;
        return rest == 0 || (address[whole] ^ Address[whole]) >> (8 - rest) == 0;
    }
}

/// <summary>Whether an address lies in one of the networks.</summary>
internal sealed class NetworkTest(Network[] networks, bool negative) : ValueTest
{
    public override bool Holds(ref FieldValue value)
    {
        foreach (var network in networks)
            if (network.Contains(value.Bytes)) return !negative;
        return negative;
    }

    public override void AppendKey(StringBuilder key)
    {
        key.Append(negative ? "net!=" : "net=");
        foreach (var network in networks)
        {
            key.Append(' ');
            AppendConstant(key, network.Address);
            key.Append('/').Append(network.PrefixLength);
        }
    }
}
