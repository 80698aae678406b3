using System.Globalization;
using Peregrine.Rules.Yaml;

namespace Peregrine.Rules.Schema;

/// <summary>
/// Checks a document against a schema and words what it finds as the reference does, from the inside out. YAML's scalars have no types of their own, so a type
/// is met by what can be read as it: <c>26</c> is a string too, an empty map an array.
/// </summary>
internal sealed class SchemaValidator
{
    /// <summary>What stands for a document without findings.</summary>
    public const string Ok = "ok";

    /// <summary>More are left out: a hostile file must not make its report larger than itself.</summary>
    private const int MaxFindings = 10_000;

    private readonly List<string> _findings;

    private SchemaValidator(List<string> findings) => _findings = findings;

    /// <summary>Adds the findings about one document, or <see cref="Ok"/>.</summary>
    public static void Validate(YamlNode document, SchemaNode schema, List<string> findings)
    {
        if (new SchemaValidator(findings).Check(document, schema, "<root>")) findings.Add(Ok);
    }

    private bool Check(YamlNode node, SchemaNode schema, string path)
    {
        var valid = CheckAnyOf(node, schema, path);
        if (schema.Values is { } values && !(node.IsScalar && values.Contains(node.Text)))
            valid = Report(path, "Failed to match against any enum values.");
        valid &= CheckItems(node, schema, path);
        if (MaybeObject(node) && node.Entries.Count < schema.MinProperties)
            valid = Report(path, $"Object should have no fewer than {schema.MinProperties} properties.");
        valid &= CheckProperties(node, schema, path);
        if (!HasType(node, schema.Type)) valid = Report(path, "Value type not permitted by 'type' constraint.");
        return valid;
    }

    private bool CheckAnyOf(YamlNode node, SchemaNode schema, string path)
    {
        if (schema.AnyOf is not { } choices) return true;
        var failed = new List<string>();
        var attempt = new SchemaValidator(failed);
        for (var i = 0; i < choices.Count; i++)
        {
            if (attempt.Check(node, choices[i], path)) return true;
            attempt.Report(path, $"Failed to validate against child schema #{i}.");
        }
        _findings.AddRange(failed);
        return Report(path, "Failed to validate against any child schemas allowed by anyOf constraint.");
    }

    private bool CheckItems(YamlNode node, SchemaNode schema, string path)
    {
        if (schema.Items is not { } item) return true;
        var valid = true;
        for (var i = 0; i < node.Items.Count; i++)
            if (!Check(node.Items[i], item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))
                valid = Report(path, string.Create(CultureInfo.InvariantCulture, $"Failed to validate item #{i} in array."));
        return valid;
    }

    private bool CheckProperties(YamlNode node, SchemaNode schema, string path)
    {
        if (schema.Properties is not { } properties || !MaybeObject(node)) return true;
        var valid = true;
        foreach (var (name, property) in properties)
            if (node.Find(name) is { } value && !Check(value, property, $"{path}[{name}]"))
                valid = Report(path, $"Failed to validate against schema associated with property name '{name}'.");
        foreach (var entry in node.Entries)
        {
            var name = YamlValue.Text(entry.Key);
            if (properties.ContainsKey(name)) continue;
            valid = Report(path, $"Object contains a property that could not be validated using 'properties' or 'additionalProperties' constraints: '{name}'.");
            break;
        }
        foreach (var name in schema.Required)
            if (node.Find(name) is null) valid = Report(path, $"Missing required property '{name}'.");
        return valid;
    }

    private bool Report(string path, string problem)
    {
        if (_findings.Count < MaxFindings) _findings.Add($"failed for {path}: {problem}");
        return false;
    }

    private static bool HasType(YamlNode node, SchemaType type) => type switch
    {
        SchemaType.String => node.IsScalar || IsEmptyCollection(node),
        SchemaType.Integer => node.IsScalar && IsInteger(node.Text),
        SchemaType.Boolean => node.IsScalar && node.Text is "true" or "false",
        SchemaType.Array => node.IsSequence || IsEmptyCollection(node),
        SchemaType.Object => MaybeObject(node),
        _ => true,
    };

    private static bool MaybeObject(YamlNode node) => node.IsMap || IsEmptyCollection(node);

    private static bool IsEmptyCollection(YamlNode node) =>
        (node.IsMap && node.Entries.Count == 0) || (node.IsSequence && node.Items.Count == 0);

    private static bool IsInteger(string text) => long.TryParse(text.AsSpan().TrimStart(" \t\n\v\f\r"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
