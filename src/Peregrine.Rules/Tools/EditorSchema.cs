using System.Text.Json;
using Peregrine.Rules.Schema;

namespace Peregrine.Rules;

/// <summary>The format of rule files as a JSON schema, for editors: the schema that findings are reported against.</summary>
public static class EditorSchema
{
    public static void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
        json.WriteString("title", "Peregrine rules");
        Node(json, RuleSchema.File);
        json.WriteEndObject();
    }

    private static void Node(Utf8JsonWriter json, SchemaNode node)
    {
        if (node.Description is { } description) json.WriteString("description", description);
        switch (node.Type)
        {
            case SchemaType.Any:
                break;
            case SchemaType.String when node.Values is null:
                // YAML reads 26 and true as other things than text; the sensor takes them as the text they are.
                json.WriteStartArray("type");
                json.WriteStringValue("string");
                json.WriteStringValue("number");
                json.WriteStringValue("boolean");
                json.WriteEndArray();
                break;
            default:
                json.WriteString("type", node.Type switch
                {
                    SchemaType.Integer => "integer",
                    SchemaType.Boolean => "boolean",
                    SchemaType.Array => "array",
                    SchemaType.Object => "object",
                    _ => "string",
                });
                break;
        }
        if (node.Values is { } values) Strings(json, "enum", values);
        if (node.AnyOf is { } choices)
        {
            json.WriteStartArray("anyOf");
            foreach (var choice in choices) Whole(json, choice);
            json.WriteEndArray();
        }
        if (node.Items is { } items)
        {
            json.WritePropertyName("items");
            Whole(json, items);
        }
        if (node.MinProperties > 0) json.WriteNumber("minProperties", node.MinProperties);
        if (node.Required.Count > 0) Strings(json, "required", node.Required);
        if (node.Properties is not { } properties) return;
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        foreach (var (name, property) in properties)
        {
            json.WritePropertyName(name);
            Whole(json, property);
        }
        json.WriteEndObject();
    }

    private static void Whole(Utf8JsonWriter json, SchemaNode node)
    {
        json.WriteStartObject();
        Node(json, node);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string key, IReadOnlyList<string> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
