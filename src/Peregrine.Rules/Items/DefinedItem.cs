namespace Peregrine.Rules;

/// <summary>A list, macro or rule as collected from the files so far.</summary>
internal abstract class DefinedItem(string name, LoadContext context)
{
    public string Name { get; } = name;

    /// <summary>Where it was defined last.</summary>
    public LoadContext Context { get; } = context;

    /// <summary>Its place in the order of definitions; a redefinition keeps it.</summary>
    public int Index { get; set; }

    /// <summary>The place of its last definition or append: lists and macros see what was defined before.</summary>
    public int Visibility { get; set; }
}

internal sealed class ListItem(string name, LoadContext context) : DefinedItem(name, context)
{
    public List<string> Items { get; init; } = [];
}

internal sealed class MacroItem(string name, LoadContext context) : DefinedItem(name, context)
{
    public required string Condition { get; set; }

    public required LoadContext ConditionContext { get; init; }
}
