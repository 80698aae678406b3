namespace Peregrine.Rules;

/// <summary>
/// JSON schemas (draft 7) for editors: <c>schema/rules.schema.json</c> for rules files, <c>schema/rule-tests.schema.json</c> for tests of rules. They say more than the schema that
/// <c>-V</c> reports against, which is the reference's: what belongs to which kind of item, and what an item needs.
/// </summary>
public static class EditorSchema
{
    /// <summary>Of rules files, UTF-8.</summary>
    public static ReadOnlySpan<byte> Rules => Read("rules.schema.json");

    /// <summary>Of tests of rules, UTF-8.</summary>
    public static ReadOnlySpan<byte> RuleTests => Read("rule-tests.schema.json");

    private static byte[] Read(string name)
    {
        using var stream = typeof(EditorSchema).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the schema {name} was not built in");
        var schema = new byte[stream.Length];
        stream.ReadExactly(schema);
        return schema;
    }
}
