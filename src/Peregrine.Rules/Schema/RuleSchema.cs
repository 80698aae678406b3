namespace Peregrine.Rules.Schema;

/// <summary>The schema of rule files: the one that findings are reported against, and the source of the schema for editors.</summary>
internal static class RuleSchema
{
    private static readonly SchemaNode Text = new(SchemaType.String);
    private static readonly SchemaNode Flag = new(SchemaType.Boolean);
    private static readonly SchemaNode Anything = new(SchemaType.Any);
    private static readonly SchemaNode Operation = new(SchemaType.String) { Values = ["append", "replace"] };

    public static SchemaNode File { get; } = new(SchemaType.Array) { Items = Item() };

    private static SchemaNode Item() => new(SchemaType.Object)
    {
        Properties = Properties(
            ("append", Flag),
            ("capture", Flag),
            ("capture_duration", new(SchemaType.Integer)),
            ("condition", Text),
            ("desc", Text),
            ("enabled", Flag),
            ("exceptions", new(SchemaType.Array) { Items = Exception() }),
            ("items", new(SchemaType.Array) { Items = new(SchemaType.Any) { AnyOf = [new(SchemaType.Integer), Text] } }),
            ("list", Text),
            ("macro", Text),
            ("output", Text),
            ("override", Override()),
            ("priority", new(SchemaType.String)
            {
                Values = ["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "INFORMATIONAL", "DEBUG"],
            }),
            ("required_engine_version", Text),
            ("required_plugin_versions", new(SchemaType.Array) { Items = Plugin(withAlternatives: true) }),
            ("rule", Text),
            ("skip-if-unknown-filter", Flag),
            ("source", Text),
            ("tags", new(SchemaType.Array) { Items = Text }),
            ("warn_evttypes", Flag)),
    };

    private static SchemaNode Exception() => new(SchemaType.Object)
    {
        Properties = Properties(("comps", Anything), ("fields", Anything), ("name", Text), ("values", Anything)),
        Required = ["name"],
    };

    private static SchemaNode Override() => new(SchemaType.Object)
    {
        MinProperties = 1,
        Properties = Properties(
            ("capture", Operation), ("capture_duration", Operation), ("condition", Operation), ("desc", Operation), ("enabled", Operation),
            ("exceptions", Operation), ("items", Operation), ("output", Operation), ("priority", Operation), ("skip-if-unknown-filter", Operation),
            ("tags", Operation), ("warn_evttypes", Operation)),
    };

    private static SchemaNode Plugin(bool withAlternatives)
    {
        var properties = Properties(("name", Text), ("version", Text));
        if (withAlternatives) properties["alternatives"] = new(SchemaType.Array) { Items = Plugin(withAlternatives: false) };
        return new(SchemaType.Object) { Properties = properties, Required = ["name", "version"] };
    }

    private static SortedDictionary<string, SchemaNode> Properties(params ReadOnlySpan<(string Name, SchemaNode Node)> properties)
    {
        var all = new SortedDictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var (name, node) in properties) all[name] = node;
        return all;
    }
}
