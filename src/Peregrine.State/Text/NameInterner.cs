using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peregrine.State;

/// <summary>
/// Gives repeating texts (paths, names of programs, control groups) one array each, so that a busy loop over the same files allocates nothing.
/// A direct-mapped cache of fixed size: a collision costs an allocation, never memory.
/// </summary>
public sealed class NameInterner
{
    /// <summary>Longer texts rarely repeat and are not kept.</summary>
    private const int LongestKept = 4096;

    private readonly byte[]?[] _slots;

    /// <param name="slots">How many texts are remembered; rounded up to a power of two.</param>
    public NameInterner(int slots = 16_384) => _slots = new byte[]?[BitOperations.RoundUpToPowerOf2((uint)Math.Max(slots, 16))];

    /// <summary>An array with these bytes: an old one when the text was seen lately. It must not be changed.</summary>
    public byte[] Intern(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return [];
        if (text.Length > LongestKept) return text.ToArray();
        ref var slot = ref _slots[Hash(text) & (uint)(_slots.Length - 1)];
        if (slot is { } known && text.SequenceEqual(known)) return known;
        return slot = text.ToArray();
    }

    /// <summary>Likewise, and spares the search when the text is still <paramref name="current"/>.</summary>
    public byte[] Intern(ReadOnlySpan<byte> text, byte[] current) => text.SequenceEqual(current) ? current : Intern(text);

    /// <summary>A checksum that processors have an instruction for: eight bytes in three cycles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = (uint)text.Length;
        if (text.Length >= 8)
        {
            // The last eight bytes may have been taken in before: it spares the way byte by byte.
            var last = BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]);
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(text)) hash = BitOperations.Crc32C(hash, word);
            return BitOperations.Crc32C(hash, last);
        }
        foreach (var b in text) hash = BitOperations.Crc32C(hash, b);
        return hash;
    }
}
