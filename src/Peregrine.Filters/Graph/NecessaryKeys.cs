using System.Runtime.InteropServices;

namespace Peregrine.Filters;

/// <summary>A text that a field's value must equal or begin with.</summary>
internal readonly record struct NecessaryKey(byte[] Text, bool IsPrefix);

/// <summary>A field, and the texts of which it must have one for a condition to hold.</summary>
internal sealed record FieldKeys(FieldSource Field, IReadOnlyList<NecessaryKey> Keys);

/// <summary>
/// Finds what a condition cannot do without: for a field, texts that its value must equal or begin with. A condition on <c>proc.name in (sh, bash)</c> holds for no other name, whatever else it says,
/// so one look-up of the name rules it out together with all others that want other names.
/// </summary>
internal sealed class NecessaryKeys
{
    /// <summary>Longer lists of one condition are left to the condition.</summary>
    private const int MostKeys = 4096;

    private static readonly Dictionary<string, FieldKeys> None = [];
    private readonly Dictionary<GraphNode, Dictionary<string, FieldKeys>> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The keys by the field's text; empty when the node can hold whatever the fields' values are.</summary>
    public IReadOnlyDictionary<string, FieldKeys> Of(GraphNode node) => Find(node);

    private Dictionary<string, FieldKeys> Find(GraphNode node)
    {
        if (_known.TryGetValue(node, out var known)) return known;
        var found = node.Kind switch
        {
            GraphKind.Check => OfCheck(node.Check!),
            GraphKind.All => OfAll(node.Children),
            GraphKind.Any => OfAny(node.Children),
            _ => None,
        };
        _known.Add(node, found);
        return found;
    }

    /// <summary>All parts must hold: whichever part narrows a field the most.</summary>
    private Dictionary<string, FieldKeys> OfAll(GraphNode[] parts)
    {
        Dictionary<string, FieldKeys>? all = null;
        foreach (var part in parts)
            foreach (var (field, keys) in Find(part))
            {
                ref var best = ref CollectionsMarshal.GetValueRefOrAddDefault(all ??= [], field, out _);
                if (best is null || Width(keys) < Width(best)) best = keys;
            }
        return all ?? None;
    }

    /// <summary>One part must hold: a field is narrowed only if each part narrows it.</summary>
    private Dictionary<string, FieldKeys> OfAny(GraphNode[] parts)
    {
        Dictionary<string, FieldKeys> common = new(Find(parts[0]));
        foreach (var part in parts.AsSpan(1))
        {
            var other = Find(part);
            foreach (var field in common.Keys.ToArray())
            {
                if (other.TryGetValue(field, out var keys) && common[field].Keys.Count + keys.Keys.Count <= MostKeys) common[field] = new(keys.Field, [.. common[field].Keys, .. keys.Keys]);
                else common.Remove(field);
            }
            if (common.Count == 0) return None;
        }
        return common;
    }

    private static int Width(FieldKeys keys) => keys.Keys.Sum(static k => k.IsPrefix ? 16 : 1);

    private static Dictionary<string, FieldKeys> OfCheck(PredicateNode check)
    {
        if (check is not CheckPredicate { Source: FieldSource { IsList: false, Reference: var reference } field, Test: var test } || field.GetType() != typeof(FieldSource)) return None;
        if (ValueClasses.Of(field.Type) != ValueClass.Text) return None;
        NecessaryKey[] keys = test switch
        {
            BytesEqualTest equal => [new(equal.Text, false)],
            BytesInTest { Constants.Count: <= MostKeys } set => [.. set.Constants.Select(static c => new NecessaryKey(c, false))],
            BytesStartTest { Text.Length: > 0 } start => [new(start.Text, true)],
            TextGlobTest { LiteralStart: { Length: > 0 } start } => [new(start, true)],
            _ => [],
        };
        return keys.Length == 0 ? None : new() { [reference.Text] = new(field, keys) };
    }
}
