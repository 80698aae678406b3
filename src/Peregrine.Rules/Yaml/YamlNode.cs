namespace Peregrine.Rules.Yaml;

public enum YamlKind : byte
{
    Null,
    Scalar,
    Sequence,
    Map,
}

/// <summary>One key of a map with its value, in the order of the text.</summary>
public readonly record struct YamlEntry(YamlNode Key, YamlNode Value);

/// <summary>A node of a YAML document with its place. Aliases share the node they name, so a document is a graph without cycles.</summary>
public sealed class YamlNode
{
    private static readonly IReadOnlyList<YamlNode> NoItems = [];
    private static readonly IReadOnlyList<YamlEntry> NoEntries = [];

    internal YamlNode(YamlKind kind, YamlMark mark) => (Kind, Mark) = (kind, mark);

    public YamlKind Kind { get; }

    public YamlMark Mark { get; }

    /// <summary>Behind the last byte of a scalar or a flow collection (blanks behind it may be included); for a block scalar the line that ended it. Unset for others.</summary>
    internal YamlMark End { get; init; }

    /// <summary>A scalar in <c>|</c> or <c>&gt;</c> form.</summary>
    internal bool IsBlock { get; init; }

    /// <summary>The value of a scalar; empty for other kinds.</summary>
    public string Text { get; internal init; } = "";

    /// <summary>Whether the scalar stood in quotes or was a block scalar.</summary>
    public bool IsQuoted { get; internal init; }

    public IReadOnlyList<YamlNode> Items { get; internal set; } = NoItems;

    public IReadOnlyList<YamlEntry> Entries { get; internal set; } = NoEntries;

    public bool IsNull => Kind == YamlKind.Null;

    public bool IsScalar => Kind == YamlKind.Scalar;

    public bool IsSequence => Kind == YamlKind.Sequence;

    public bool IsMap => Kind == YamlKind.Map;

    /// <summary>Nodes below and including this one, counting a shared node as often as it is reached.</summary>
    internal long Weight { get; set; } = 1;

    /// <summary>The value of the first entry with this key; null when there is none or this is not a map.</summary>
    public YamlNode? Find(string key)
    {
        // By number, because an enumerator over the interface is an object each time.
        for (var i = 0; i < Entries.Count; i++)
            if (Entries[i] is var entry && entry.Key.IsScalar && entry.Key.Text == key) return entry.Value;
        return null;
    }
}
