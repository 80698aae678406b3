using Peregrine.Events;

namespace Peregrine.Filters;

/// <summary>Fields whose constants must be known names.</summary>
internal static class ConstantRules
{
    public const string EventType = "evt.type";

    /// <exception cref="FilterException">The constant is no name of an event.</exception>
    public static void Check(ValueSource source, string constant, FilterOptions options)
    {
        // Checked behind transformers too, as in the reference.
        if (SourceCompiler.FieldOf(source) is not { Field.Name: EventType }) return;
        if (!EventNames.IsKnown(constant) && !options.AsyncEvents.Contains(constant))
            throw new FilterException($"unknown event type {constant}");
    }
}

/// <summary>Names of events and syscalls.</summary>
internal static class EventNames
{
    private static readonly HashSet<string> Known = Collect();

    public static bool IsKnown(string name) => Known.Contains(name);

    private static HashSet<string> Collect()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in EventSchema.Events) names.Add(e.Name);
        foreach (var s in EventSchema.Syscalls) names.Add(s.Name);
        // Codes that are not in use have no name.
        names.Remove("");
        return names;
    }
}
