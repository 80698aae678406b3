using System.Diagnostics.CodeAnalysis;

namespace Peregrine.Kernel.Proc;

/// <summary>Gives equal texts one array: control groups, roots and working directories repeat over thousands of processes. Lives as long as a scan.</summary>
internal sealed class ByteInterner
{
    private readonly Dictionary<byte[], byte[]> _known = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public ByteInterner() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<byte>>();

    public byte[] Get(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return [];
        if (_lookup.TryGetValue(text, out var known)) return known;
        var added = text.ToArray();
        _known[added] = added;
        return added;
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
