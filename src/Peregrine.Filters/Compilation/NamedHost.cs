namespace Peregrine.Filters;

/// <summary>
/// A host that a condition names: <c>fd.sip.name = example.com</c> holds for the addresses that the host has now. Nothing is looked up while events are matched: whoever runs the conditions
/// finds the addresses beside, and keeps them up to date.
/// </summary>
public sealed class NamedHost(string name)
{
    private byte[][] _addresses = [];

    /// <summary>As the condition writes it.</summary>
    public string Name => name;

    /// <summary>4 or 16 bytes each; none until the name was found. Set by one thread, read by any.</summary>
    public IReadOnlyList<byte[]> Addresses
    {
        get => Volatile.Read(ref _addresses);
        set => Volatile.Write(ref _addresses, [.. value]);
    }

    internal bool Has(ReadOnlySpan<byte> address)
    {
        foreach (var own in Volatile.Read(ref _addresses))
            if (address.SequenceEqual(own)) return true;
        return false;
    }
}
