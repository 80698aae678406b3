namespace Peregrine.Rules.Schema;

/// <summary>The schema of rule files: the one that findings are reported against, and the source of the schema for editors.</summary>
internal static class RuleSchema
{
    private static readonly SchemaNode Text = new(SchemaType.String);
    private static readonly SchemaNode Flag = new(SchemaType.Boolean);
    private static readonly SchemaNode Anything = new(SchemaType.Any);
    private static readonly SchemaNode Operation = new(SchemaType.String) { Values = ["append", "replace"] };

    public static SchemaNode File { get; } = new(SchemaType.Array) { Items = Item() };

    /// <summary>All keys that items can have.</summary>
    public static IEnumerable<string> Keys => File.Items!.Properties!.Keys;

    public static IEnumerable<string> OverridableKeys => File.Items!.Properties!["override"].Properties!.Keys;

    private static SchemaNode Item() => new(SchemaType.Object)
    {
        Properties = Properties(
            ("append", new(SchemaType.Boolean) { Description = "Deprecated: append to the item of this name. Use override." }),
            ("capture", new(SchemaType.Boolean) { Description = "Start a capture when the rule matches." }),
            ("capture_duration", new(SchemaType.Integer) { Description = "How long to capture, in milliseconds." }),
            ("condition", new(SchemaType.String) { Description = "When the rule matches, or what the macro stands for." }),
            ("desc", new(SchemaType.String) { Description = "What the rule finds." }),
            ("enabled", new(SchemaType.Boolean) { Description = "Whether the rule runs; true when left out." }),
            ("exceptions", new(SchemaType.Array) { Items = Exception() }),
            ("items", new(SchemaType.Array) { Items = new(SchemaType.Any) { AnyOf = [new(SchemaType.Integer), Text] } }),
            ("list", new(SchemaType.String) { Description = "The name of a list." }),
            ("macro", new(SchemaType.String) { Description = "The name of a macro: letters, digits and underscores." }),
            ("output", new(SchemaType.String) { Description = "The text of alerts, with %fields." }),
            ("override", Override()),
            ("priority", new(SchemaType.String)
            {
                Values = ["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "INFORMATIONAL", "DEBUG"],
            }),
            ("required_engine_version", new(SchemaType.String) { Description = "The oldest engine that can run these rules, such as 0.57.0." }),
            ("required_plugin_versions", new(SchemaType.Array) { Items = Plugin(withAlternatives: true) }),
            ("rule", new(SchemaType.String) { Description = "The name of a rule." }),
            ("skip-if-unknown-filter", new(SchemaType.Boolean) { Description = "Skip the rule instead of failing when a field or event is unknown." }),
            ("source", new(SchemaType.String) { Description = "The source of the events; syscall when left out." }),
            ("tags", new(SchemaType.Array) { Items = Text }),
            ("warn_evttypes", new(SchemaType.Boolean) { Description = "Set to false to be spared the warning about conditions for too many event types." })),
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
