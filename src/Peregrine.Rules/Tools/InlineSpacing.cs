using System.Text;
using Peregrine.Rules.Yaml;

namespace Peregrine.Rules;

/// <summary>One blank behind colons, and in sequences of scalars that stand on one line.</summary>
internal static class InlineSpacing
{
    public static List<TextEdit> Edits(byte[] source, IReadOnlyList<YamlNode> documents)
    {
        var edits = new List<TextEdit>();
        var seen = new HashSet<YamlNode>();
        foreach (var document in documents) Visit(source, document, edits, seen);
        return edits;
    }

    private static void Visit(byte[] source, YamlNode node, List<TextEdit> edits, HashSet<YamlNode> seen)
    {
        if (!seen.Add(node)) return;
        foreach (var item in node.Items) Visit(source, item, edits, seen);
        foreach (var (key, value) in node.Entries)
        {
            Colon(source, key, value, edits);
            Visit(source, value, edits, seen);
        }
        if (node.IsSequence && node.End.Offset > node.Mark.Offset) OneLine(source, node, edits);
    }

    private static void Colon(byte[] source, YamlNode key, YamlNode value, List<TextEdit> edits)
    {
        if (!key.IsScalar || value.Mark.Line != key.Mark.Line || value.Mark.Offset <= key.End.Offset || value.IsNull) return;
        var between = source.AsSpan(key.End.Offset, value.Mark.Offset - key.End.Offset);
        // Anchors and tags stand in between as well: they stay.
        var colon = between.TrimStart((byte)' ');
        if (colon.IsEmpty || colon[0] != ':' || !colon[1..].Trim((byte)' ').IsEmpty) return;
        edits.Add(new(key.End.Offset, value.Mark.Offset, ": "));
    }

    private static void OneLine(byte[] source, YamlNode sequence, List<TextEdit> edits)
    {
        if (sequence.End.Line != sequence.Mark.Line || sequence.Items.Any(static i => !i.IsScalar)) return;
        // An alias shares the node that stands elsewhere.
        if (sequence.Items.Any(i => i.Mark.Offset <= sequence.Mark.Offset || i.End.Offset > sequence.End.Offset)) return;
        var between = Encoding.UTF8.GetString(source, sequence.Mark.Offset, sequence.End.Offset - sequence.Mark.Offset);
        if (between.AsSpan().IndexOfAny("#&!") >= 0 || !between.StartsWith('[')) return;
        var items = sequence.Items.Select(i => Encoding.UTF8.GetString(source, i.Mark.Offset, i.End.Offset - i.Mark.Offset).Trim(' ', '\t'));
        edits.Add(new(sequence.Mark.Offset, sequence.End.Offset, "[" + string.Join(", ", items) + "]"));
    }
}
