using System.Text.Json;

namespace Peregrine.Rules;

/// <summary>Results as the reference's JSON (<c>falco_load_results</c>), keys in alphabetical order.</summary>
public static class LoadJson
{
    /// <summary>Writes the array of results.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<LoadResult> results)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray();
        foreach (var result in results) Write(json, result);
        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, LoadResult result)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteStartArray("errors");
        foreach (var error in result.Errors)
            Finding(json, result, LoadErrorCodes.Code(error.Code), LoadErrorCodes.Text(error.Code), error.Message, error.Context, null);
        json.WriteEndArray();
        json.WriteString("name", result.Name);
        if (result.SchemaValid is { } valid)
        {
            json.WriteBoolean("schema_valid", valid);
            json.WriteStartArray("schema_warnings");
            foreach (var warning in result.SchemaWarnings) json.WriteStringValue(warning);
            json.WriteEndArray();
        }
        json.WriteBoolean("successful", result.Successful);
        json.WriteStartArray("warnings");
        foreach (var warning in result.Warnings)
            Finding(json, result, LoadWarningCodes.Code(warning.Code), LoadWarningCodes.Description(warning.Code), warning.Message, warning.Context, warning.DeprecatedField);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter json, LoadResult result, string code, string description, string message, LoadContext context, string? deprecatedField)
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteString("codedesc", description);
        json.WriteStartObject("context");
        json.WriteStartArray("locations");
        foreach (var location in context.Locations) Location(json, location);
        json.WriteEndArray();
        json.WriteString("snippet", result.Snippet(context));
        json.WriteEndObject();
        if (deprecatedField is not null) json.WriteString("deprecated_field", deprecatedField);
        json.WriteString("message", message);
        json.WriteEndObject();
    }

    private static void Location(Utf8JsonWriter json, LoadLocation location)
    {
        json.WriteStartObject();
        json.WriteString("item_name", location.ItemName);
        json.WriteString("item_type", LoadItemTypes.Name(location.Type));
        json.WriteStartObject("position");
        json.WriteNumber("column", location.Position.Column);
        json.WriteNumber("line", location.Position.Line);
        json.WriteString("name", location.Name);
        json.WriteNumber("offset", location.Position.Offset);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
