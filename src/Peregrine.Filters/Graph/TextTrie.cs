using System.Numerics;
using System.Runtime.CompilerServices;

namespace Peregrine.Filters;

/// <summary>
/// Texts with numbers: finds, in one pass over a value, the numbers of all that it equals or begins (or ends) with. A radix tree: each edge is a run of bytes, and the edges of a node differ in the first
/// byte that is compared.
/// </summary>
/// <param name="backward">Whether values are read from their ends.</param>
internal sealed class TextTrie(bool backward)
{
    private readonly Node _root = new([]);

    /// <summary>Adds a number under a text, which is a whole value, or a part of one that goes on.</summary>
    public void Add(ReadOnlySpan<byte> text, bool goesOn, int number)
    {
        var bytes = text.ToArray();
        if (backward) Array.Reverse(bytes);
        text = bytes;
        var node = _root;
        while (!text.IsEmpty)
        {
            var at = node.IndexOf(text[0]);
            if (at < 0)
            {
                var leaf = new Node(text.ToArray());
                node.Insert(leaf);
                node = leaf;
                break;
            }
            var child = node.Children[at];
            var common = text.CommonPrefixLength(child.Label);
            if (common < child.Label.Length) child = node.Split(at, common);
            node = child;
            text = text[common..];
        }
        if (goesOn) node.Open = With(node.Open, number);
        else node.Whole = With(node.Whole, number);
    }

    /// <summary>Sets the bit of each number that is found.</summary>
    public void Mark(ReadOnlySpan<byte> text, scoped Span<ulong> bits)
    {
        var node = _root;
        while (true)
        {
            foreach (var number in node.Open) bits[number >> 6] |= 1UL << number;
            if (text.IsEmpty) break;
            var at = node.IndexOf(backward ? text[^1] : text[0]);
            if (at < 0) return;
            node = node.Children[at];
            if (backward)
            {
                if (!EndsWithReversed(text, node.Label)) return;
                text = text[..^node.Label.Length];
            }
            else
            {
                if (!text.StartsWith(node.Label)) return;
                text = text[node.Label.Length..];
            }
        }
        foreach (var number in node.Whole) bits[number >> 6] |= 1UL << number;
    }

    private static bool EndsWithReversed(ReadOnlySpan<byte> text, byte[] label)
    {
        if (text.Length < label.Length) return false;
        for (var i = 0; i < label.Length; i++)
            if (text[^(i + 1)] != label[i]) return false;
        return true;
    }

    /// <summary>Numbers come in rising order, so a repeated one is the last.</summary>
    private static int[] With(int[] numbers, int number) => numbers.Length > 0 && numbers[^1] == number ? numbers : [.. numbers, number];

    private sealed class Node(byte[] label)
    {
        private Bits _first;

        public byte[] Label { get; } = label;

        /// <summary>By the first bytes of their labels, in rising order.</summary>
        public Node[] Children { get; private set; } = [];

        /// <summary>Numbers of texts that end here and must be the whole value.</summary>
        public int[] Whole { get; set; } = [];

        /// <summary>Numbers of texts that end here while values may go on.</summary>
        public int[] Open { get; set; } = [];

        /// <summary>The place of the child whose label begins with the byte; negative when there is none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int IndexOf(byte first)
        {
            var word = _first[first >> 6];
            var bit = 1UL << first;
            return (word & bit) == 0 ? -1 : PlaceOf(first);
        }

        public void Insert(Node child)
        {
            var first = child.Label[0];
            var place = PlaceOf(first);
            Children = [.. Children[..place], child, .. Children[place..]];
            _first[first >> 6] |= 1UL << first;
        }

        /// <summary>Puts a node into the edge to a child, after so many bytes.</summary>
        public Node Split(int at, int length)
        {
            var child = Children[at];
            var middle = new Node(child.Label[..length]);
            middle.Insert(new Node(child.Label[length..]) { _first = child._first, Children = child.Children, Whole = child.Whole, Open = child.Open });
            Children[at] = middle;
            return middle;
        }

        /// <summary>How many children begin with a lower byte.</summary>
        private int PlaceOf(byte first)
        {
            var place = BitOperations.PopCount(_first[first >> 6] & ((1UL << first) - 1));
            for (var word = 0; word < first >> 6; word++) place += BitOperations.PopCount(_first[word]);
            return place;
        }
    }

    /// <summary>A bit for each value of a byte.</summary>
    [InlineArray(4)]
    private struct Bits
    {
        private ulong _word;
    }
}
