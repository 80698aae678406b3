namespace Peregrine.Filters.Fields;

/// <summary>A class of fields: names are looked up class by class, and listings group by it.</summary>
/// <param name="Name">Such as <c>evt</c> or <c>fs.path</c>.</param>
/// <param name="Availability">When its fields have values, where that needs saying; else empty.</param>
/// <param name="Description">What its fields tell.</param>
/// <param name="Sources">The event sources that have these fields; empty for all.</param>
/// <param name="Fields">In the order of listings.</param>
public sealed record FieldClass(string Name, string Availability, string Description, IReadOnlyList<string> Sources, IReadOnlyList<Field> Fields)
{
    /// <summary>Left out of listings.</summary>
    public bool IsHidden { get; init; }

    internal static FieldClass Of(string name, string availability, string description, IReadOnlyList<string> sources, params ReadOnlySpan<Field[]> families)
    {
        var fields = new List<Field>();
        foreach (var family in families)
            foreach (var field in family) fields.Add(field with { Class = name });
        return new(name, availability, description, sources, fields);
    }
}
