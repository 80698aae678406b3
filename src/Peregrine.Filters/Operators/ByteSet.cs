using System.Numerics;

namespace Peregrine.Filters;

/// <summary>A set of byte strings to look spans up in: open addressing, half empty, with the lengths that occur as a first filter.</summary>
internal sealed class ByteSet
{
    private const int SmallCount = 4;
    private readonly byte[][] _small;
    private readonly byte[]?[] _slots = [];
    private readonly ulong _lengths;

    public ByteSet(IReadOnlyList<byte[]> members)
    {
        foreach (var member in members) _lengths |= Bit(member.Length);
        if (members.Count <= SmallCount)
        {
            _small = [.. members];
            return;
        }
        _small = [];
        _slots = new byte[]?[BitOperations.RoundUpToPowerOf2((uint)members.Count * 2)];
        foreach (var member in members) Add(member);
    }

    public bool Contains(ReadOnlySpan<byte> text)
    {
        if ((_lengths & Bit(text.Length)) == 0) return false;
        foreach (var member in _small)
            if (text.SequenceEqual(member)) return true;
        var slots = _slots;
        if (slots.Length == 0) return false;
        for (var at = Hash(text); ; at++)
        {
            if (slots[at & (slots.Length - 1)] is not { } member) return false;
            if (text.SequenceEqual(member)) return true;
        }
    }

    private void Add(byte[] member)
    {
        for (var at = Hash(member); ; at++)
        {
            ref var slot = ref _slots[at & (_slots.Length - 1)];
            if (slot is null)
            {
                slot = member;
                return;
            }
            if (slot.AsSpan().SequenceEqual(member)) return;
        }
    }

    private static ulong Bit(int length) => 1UL << Math.Min(length, 63);

    private static int Hash(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        return hash.ToHashCode() & int.MaxValue;
    }
}
