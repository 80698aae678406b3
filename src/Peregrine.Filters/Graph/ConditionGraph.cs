using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>
/// All conditions of an engine as one graph: equal parts are one node, negations stand at the checks only, and for an event type the graph gives what is left of a condition when
/// everything that the type decides is decided. Serves one thread while it is built; what comes out is immutable.
/// </summary>
internal sealed class ConditionGraph
{
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, (GraphNode Plain, GraphNode Negated)> _checks = new(StringComparer.Ordinal);
    private readonly Dictionary<PredicateNode, (GraphNode Plain, GraphNode Negated)> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<JunctionKey, GraphNode> _junctions = [];
    private readonly Dictionary<GraphNode, GraphNode> _folded = new(ReferenceEqualityComparer.Instance);
    private readonly TypeChecks _types = new();
    private EventType _type;

    public ConditionGraph()
    {
        False = New(GraphKind.False, null, []);
        True = New(GraphKind.True, null, []);
    }

    public GraphNode False { get; }

    public GraphNode True { get; }

    /// <summary>Takes a compiled condition in.</summary>
    public GraphNode Add(PredicateNode condition) => Add(condition, negated: false);

    /// <summary>What is left of a node for events of the type.</summary>
    public GraphNode Fold(GraphNode node, EventType type)
    {
        if (_type != type || _folded.Count == 0)
        {
            _folded.Clear();
            _type = type;
        }
        return Fold(node);
    }

    private GraphNode Add(PredicateNode node, bool negated) => node switch
    {
        NotPredicate not => Add(not.Part, !negated),
        ConstantPredicate constant => constant.Value != negated ? True : False,
        AndPredicate and => Junction(negated ? GraphKind.Any : GraphKind.All, Parts(and.Parts, negated)),
        OrPredicate or => Junction(negated ? GraphKind.All : GraphKind.Any, Parts(or.Parts, negated)),
        _ => Check(node, negated),
    };

    private GraphNode[] Parts(IReadOnlyList<PredicateNode> parts, bool negated)
    {
        var added = new GraphNode[parts.Count];
        for (var i = 0; i < added.Length; i++) added[i] = Add(parts[i], negated);
        return added;
    }

    private GraphNode Check(PredicateNode check, bool negated)
    {
        if (!_known.TryGetValue(check, out var pair))
        {
            var key = check.Key;
            if (!_checks.TryGetValue(key, out pair))
            {
                pair = (New(GraphKind.Check, check, []), New(GraphKind.NotCheck, check, []));
                _checks.Add(key, pair);
            }
            _known.Add(check, pair);
        }
        return negated ? pair.Negated : pair.Plain;
    }

    private GraphNode Fold(GraphNode node)
    {
        if (!node.DependsOnType) return node;
        if (_folded.TryGetValue(node, out var folded)) return folded;
        folded = node.Kind switch
        {
            GraphKind.Check or GraphKind.NotCheck => _types.TryDecide(node.Check!, _type, out var holds) ? holds == (node.Kind == GraphKind.Check) ? True : False : node,
            _ => Junction(node.Kind, [.. node.Children.Select(Fold)]),
        };
        _folded.Add(node, folded);
        return folded;
    }

    /// <summary>The junction of these parts in its simplest form: flat, each part once, constants gone, what all alternatives share taken out of them.</summary>
    private GraphNode Junction(GraphKind kind, ReadOnlySpan<GraphNode> parts)
    {
        var (neutral, absorbing) = kind == GraphKind.All ? (True, False) : (False, True);
        var flat = new List<GraphNode>(parts.Length);
        foreach (var part in parts)
        {
            if (ReferenceEquals(part, absorbing)) return absorbing;
            if (ReferenceEquals(part, neutral)) continue;
            if (part.Kind == kind) flat.AddRange(part.Children);
            else flat.Add(part);
        }
        flat.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        var count = 0;
        for (var i = 0; i < flat.Count; i++)
        {
            if (count > 0 && ReferenceEquals(flat[count - 1], flat[i])) continue;
            // A check and its negation are made one after the other.
            if (count > 0 && flat[i].Kind == GraphKind.NotCheck && flat[count - 1].Kind == GraphKind.Check && ReferenceEquals(flat[count - 1].Check, flat[i].Check)) return absorbing;
            flat[count++] = flat[i];
        }
        flat.RemoveRange(count, flat.Count - count);
        if (count == 0) return neutral;
        if (count == 1) return flat[0];
        return Shared(kind, flat) is { } factored ? factored : Intern(kind, [.. flat]);
    }

    /// <summary>(a and b) or (a and c) is a and (b or c): what every alternative asks is asked once. Likewise the other way round. Null when there is nothing to take out.</summary>
    private GraphNode? Shared(GraphKind kind, List<GraphNode> parts)
    {
        var other = kind == GraphKind.All ? GraphKind.Any : GraphKind.All;
        HashSet<GraphNode>? common = null;
        foreach (var part in parts)
        {
            if (part.Kind != other) return null;
            if (common is null) common = [.. part.Children];
            else common.IntersectWith(part.Children);
            if (common.Count == 0) return null;
        }
        var rest = parts.Select(part => Junction(other, [.. part.Children.Where(c => !common!.Contains(c))])).ToArray();
        return Junction(other, [.. common!, Junction(kind, rest)]);
    }

    private GraphNode Intern(GraphKind kind, GraphNode[] children)
    {
        var key = new JunctionKey(kind, children);
        if (_junctions.TryGetValue(key, out var known)) return known;
        var made = New(kind, null, children);
        foreach (var child in children) child.Uses++;
        _junctions.Add(key, made);
        return made;
    }

    private GraphNode New(GraphKind kind, PredicateNode? check, GraphNode[] children)
    {
        var scope = check?.Scope ?? FieldScope.Constant;
        var cost = check is null ? 1 : CheckCost.Of(check);
        var dependsOnType = check is not null && TypeChecks.IsOne(check);
        var ofDescriptor = check is null ? children.Length > 0 : FieldScopes.IsOfDescriptor(check);
        foreach (var child in children)
        {
            if (child.Scope > scope) scope = child.Scope;
            cost = Math.Min(cost + child.Cost, CheckCost.Most);
            dependsOnType |= child.DependsOnType;
            ofDescriptor &= child.IsOfDescriptor;
        }
        var node = new GraphNode { Id = _nodes.Count, Kind = kind, Check = check, Children = children, Scope = scope, Cost = cost, DependsOnType = dependsOnType, IsOfDescriptor = ofDescriptor };
        _nodes.Add(node);
        return node;
    }

    /// <summary>A junction by its kind and the identities of its children.</summary>
    private readonly struct JunctionKey(GraphKind kind, GraphNode[] children) : IEquatable<JunctionKey>
    {
        private readonly GraphNode[] _children = children;
        private readonly GraphKind _kind = kind;

        public bool Equals(JunctionKey other) => _kind == other._kind && _children.AsSpan().SequenceEqual(other._children);

        public override bool Equals(object? obj) => obj is JunctionKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_kind);
            foreach (var child in _children) hash.Add(child.Id);
            return hash.ToHashCode();
        }
    }
}
