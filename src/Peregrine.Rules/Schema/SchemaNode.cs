namespace Peregrine.Rules.Schema;

internal enum SchemaType : byte
{
    Any,
    String,
    Integer,
    Boolean,
    Array,
    Object,
}

/// <summary>One node of the rule file's schema, which is as strict as JSON Schema draft 6 with the keywords used here.</summary>
internal sealed class SchemaNode(SchemaType type)
{
    public SchemaType Type { get; } = type;

    public string? Description { get; init; }

    /// <summary>The only values allowed; null when all are.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    public IReadOnlyList<SchemaNode>? AnyOf { get; init; }

    public SchemaNode? Items { get; init; }

    /// <summary>The properties of an object, by name; others are not allowed. Null when nothing is said about them.</summary>
    public SortedDictionary<string, SchemaNode>? Properties { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public int MinProperties { get; init; }
}
