namespace Peregrine.Filters;

/// <summary>
/// Texts with numbers: finds, in one pass over a value, the numbers of all that it equals or begins with. A radix tree: each edge is a run of bytes, and the edges of a node differ in their first.
/// </summary>
internal sealed class TextTrie
{
    private readonly Node _root = new([]);

    /// <summary>Adds a number under a text.</summary>
    public void Add(ReadOnlySpan<byte> text, bool isPrefix, int number)
    {
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
        if (isPrefix) node.Prefixes = [.. node.Prefixes.Append(number).Distinct()];
        else node.Exact = [.. node.Exact.Append(number).Distinct()];
    }

    /// <summary>Sets the bit of each number that is found.</summary>
    public void Mark(ReadOnlySpan<byte> text, scoped Span<ulong> bits)
    {
        var node = _root;
        while (true)
        {
            foreach (var number in node.Prefixes) bits[number >> 6] |= 1UL << number;
            if (text.IsEmpty) break;
            var at = node.IndexOf(text[0]);
            if (at < 0) return;
            node = node.Children[at];
            if (!text.StartsWith(node.Label)) return;
            text = text[node.Label.Length..];
        }
        foreach (var number in node.Exact) bits[number >> 6] |= 1UL << number;
    }

    private sealed class Node(byte[] label)
    {
        private byte[] _first = [];

        public byte[] Label { get; } = label;

        public Node[] Children { get; private set; } = [];

        /// <summary>Numbers of texts that end here and must be the whole value.</summary>
        public int[] Exact { get; set; } = [];

        /// <summary>Numbers of texts that end here and may go on.</summary>
        public int[] Prefixes { get; set; } = [];

        public int IndexOf(byte first) => _first.AsSpan().IndexOf(first);

        public void Insert(Node child)
        {
            _first = [.. _first, child.Label[0]];
            Children = [.. Children, child];
        }

        /// <summary>Puts a node into the edge to a child, after so many bytes.</summary>
        public Node Split(int at, int length)
        {
            var child = Children[at];
            var middle = new Node(child.Label[..length]);
            var rest = new Node(child.Label[length..]) { _first = child._first, Children = child.Children, Exact = child.Exact, Prefixes = child.Prefixes };
            middle.Insert(rest);
            Children[at] = middle;
            return middle;
        }
    }
}
