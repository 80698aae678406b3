namespace Peregrine.Filters;

/// <summary>
/// Paths to compare others with, component by component: a path matches when one of these is a beginning of it. Empty components count for nothing.
/// A component may be a shell pattern. At each level the plain component is followed if there is one, else the first pattern that fits; no other branch is tried later.
/// </summary>
internal sealed class PathTrie
{
    private readonly Node _root = new();

    public PathTrie(IReadOnlyList<byte[]> paths)
    {
        foreach (var path in paths)
        {
            var node = _root;
            ReadOnlySpan<byte> rest = path;
            while (TryNext(ref rest, out var component)) node = node.Child(component);
            node.IsEnd = true;
        }
    }

    public bool Matches(ReadOnlySpan<byte> path)
    {
        var node = _root;
        while (true)
        {
            if (node.IsEnd) return true;
            if (!TryNext(ref path, out var component) || node.Find(component) is not { } next) return false;
            node = next;
        }
    }

    private static bool TryNext(scoped ref ReadOnlySpan<byte> path, out ReadOnlySpan<byte> component)
    {
        path = path.TrimStart((byte)'/');
        var end = path.IndexOf((byte)'/');
        component = end < 0 ? path : path[..end];
        path = path[component.Length..];
        return !component.IsEmpty;
    }

    private sealed class Node
    {
        private readonly Dictionary<BytesKey, Node> _plain = new(BytesComparer.Instance);
        private readonly List<(byte[] Text, GlobPattern Pattern, Node Node)> _patterns = [];

        public bool IsEnd { get; set; }

        public Node Child(ReadOnlySpan<byte> component)
        {
            if (GlobPattern.IsPattern(component))
            {
                foreach (var (text, _, known) in _patterns)
                    if (component.SequenceEqual(text)) return known;
                var added = new Node();
                _patterns.Add((component.ToArray(), new GlobPattern(component), added));
                return added;
            }
            var key = new BytesKey(component.ToArray());
            if (!_plain.TryGetValue(key, out var child)) _plain[key] = child = new Node();
            return child;
        }

        public Node? Find(ReadOnlySpan<byte> component)
        {
            if (_plain.Count > 0 && _plain.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(component, out var plain)) return plain;
            foreach (var (_, pattern, node) in _patterns)
                if (pattern.Matches(component)) return node;
            return null;
        }
    }
}
