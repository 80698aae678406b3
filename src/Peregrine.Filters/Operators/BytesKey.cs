namespace Peregrine.Filters;

/// <summary>Bytes as a dictionary's key, to be looked up by span. The array must not change.</summary>
internal readonly record struct BytesKey(byte[] Bytes)
{
    public bool Equals(BytesKey other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override int GetHashCode() => Hash(Bytes);

    public static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}

/// <summary>Compares keys with spans.</summary>
internal sealed class BytesComparer : IEqualityComparer<BytesKey>, IAlternateEqualityComparer<ReadOnlySpan<byte>, BytesKey>
{
    public static BytesComparer Instance { get; } = new();

    public bool Equals(BytesKey x, BytesKey y) => x.Equals(y);

    public int GetHashCode(BytesKey obj) => obj.GetHashCode();

    public bool Equals(ReadOnlySpan<byte> alternate, BytesKey other) => alternate.SequenceEqual(other.Bytes);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => BytesKey.Hash(alternate);

    public BytesKey Create(ReadOnlySpan<byte> alternate) => new(alternate.ToArray());
}
