using System.Numerics;

namespace Peregrine.Filters;

/// <summary>Sets of conditions as bits, 64 to a word.</summary>
internal static class Masks
{
    /// <summary>Takes the mask's members out of a set at least as long.</summary>
    public static void Remove(Span<ulong> from, ReadOnlySpan<ulong> mask)
    {
        var i = 0;
        for (; i + Vector<ulong>.Count <= mask.Length; i += Vector<ulong>.Count)
            Vector.AndNot(new Vector<ulong>(from[i..]), new Vector<ulong>(mask[i..])).CopyTo(from[i..]);
        for (; i < mask.Length; i++) from[i] &= ~mask[i];
    }

    /// <summary>Puts the mask's members into a set at least as long.</summary>
    public static void Add(Span<ulong> to, ReadOnlySpan<ulong> mask)
    {
        for (var i = 0; i < mask.Length; i++) to[i] |= mask[i];
    }
}
