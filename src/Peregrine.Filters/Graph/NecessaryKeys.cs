namespace Peregrine.Filters;

/// <summary>How a value must be like a text.</summary>
internal enum KeyKind : byte
{
    Equal,
    Prefix,
    Suffix,
}

/// <summary>A text that a field's value must equal, begin or end with.</summary>
internal sealed record NecessaryKey(FieldSource Field, byte[] Text, KeyKind Kind);

/// <summary>
/// What a condition cannot do without: one of these keys must fit. All the same whether over one field or several: <see cref="Fields"/> names them, sorted, and keys over the same fields can be looked up together.
/// </summary>
internal sealed record KeySet(string Fields, IReadOnlyList<NecessaryKey> Keys)
{
    /// <summary>Roughly how much passes: a whole text is narrow, a beginning wide.</summary>
    public int Width { get; } = Keys.Sum(static k => k.Kind == KeyKind.Equal ? 1 : 16);
}

/// <summary>
/// Finds the keys of conditions. A condition on <c>proc.name in (sh, bash)</c> holds for no other name, whatever else it says, so one look-up of the name rules it out together with all others
/// that want other names.
/// </summary>
internal sealed class NecessaryKeys
{
    /// <summary>Longer lists of one condition are left to the condition.</summary>
    private const int MostKeys = 4096;

    /// <summary>Alternatives over more fields cost more to look up than they spare.</summary>
    private const int MostFields = 3;

    private readonly Dictionary<GraphNode, KeySet[]> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Sets of keys, one of each of which must fit; no two over the same fields. Empty when the node can hold whatever the fields' values are.</summary>
    public IReadOnlyList<KeySet> Of(GraphNode node) => Find(node);

    private KeySet[] Find(GraphNode node)
    {
        if (_known.TryGetValue(node, out var known)) return known;
        KeySet[] found = node.Kind switch
        {
            GraphKind.Check => OfCheck(node.Check!),
            GraphKind.All => [.. node.Children.SelectMany(Find).GroupBy(static s => s.Fields, StringComparer.Ordinal).Select(static g => g.MinBy(static s => s.Width)!)],
            GraphKind.Any => OfAny(node.Children),
            _ => [],
        };
        _known.Add(node, found);
        return found;
    }

    /// <summary>One part must hold, so one key of one part must fit: over fields that all parts narrow when there are such, else over whatever each part narrows best.</summary>
    private KeySet[] OfAny(GraphNode[] parts)
    {
        var sets = new KeySet[parts.Length][];
        for (var i = 0; i < parts.Length; i++)
        {
            sets[i] = Find(parts[i]);
            if (sets[i].Length == 0) return [];
        }
        KeySet[] common = [.. sets[0].Where(s => sets.All(other => other.Any(o => o.Fields == s.Fields))).Select(s => s.Fields).Select(f => Union(sets.Select(x => x.First(o => o.Fields == f)))).OfType<KeySet>()];
        if (common.Length > 0) return common;
        return Union(sets.Select(static s => s.MinBy(static x => x.Width)!)) is { } mixed ? [mixed] : [];
    }

    private static KeySet? Union(IEnumerable<KeySet> sets)
    {
        NecessaryKey[] keys = [.. sets.SelectMany(static s => s.Keys)];
        if (keys.Length > MostKeys) return null;
        string[] fields = [.. keys.Select(static k => k.Field.Reference.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return fields.Length <= MostFields ? new(string.Join(' ', fields), keys) : null;
    }

    private static KeySet[] OfCheck(PredicateNode check)
    {
        if (check is not CheckPredicate { Source: FieldSource { IsList: false, Reference: var reference } field, Test: var test } || field.GetType() != typeof(FieldSource)) return [];
        if (ValueClasses.Of(field.Type) != ValueClass.Text) return [];
        NecessaryKey[] keys = test switch
        {
            BytesEqualTest equal => [new(field, equal.Constant, KeyKind.Equal)],
            BytesInTest { Constants.Count: <= MostKeys } set => [.. set.Constants.Select(c => new NecessaryKey(field, c, KeyKind.Equal))],
            BytesStartTest { Constant.Length: > 0 } start => [new(field, start.Constant, KeyKind.Prefix)],
            BytesEndTest { Constant.Length: > 0 } end => [new(field, end.Constant, KeyKind.Suffix)],
            TextGlobTest { LiteralStart: { Length: > 0 } start } => [new(field, start, KeyKind.Prefix)],
            _ => [],
        };
        return keys.Length == 0 ? [] : [new(reference.Text, keys)];
    }
}
