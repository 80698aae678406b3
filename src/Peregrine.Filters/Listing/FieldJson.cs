using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Peregrine.Filters.Fields;

namespace Peregrine.Filters.Listing;

/// <summary>The reference of fields as JSON, for tools.</summary>
public static class FieldJson
{
    /// <summary>One object with the array <c>fieldclasses</c>, on one line.</summary>
    public static string Of(IEnumerable<FieldClass> classes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("fieldclasses");
            foreach (var c in classes) Write(json, c);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Write(Utf8JsonWriter json, FieldClass c)
    {
        json.WriteStartObject();
        json.WriteString("name", c.Name);
        json.WriteString("availability", c.Availability);
        json.WriteString("description", c.Description);
        json.WriteStartArray("event_sources");
        foreach (var source in c.Sources) json.WriteStringValue(source);
        json.WriteEndArray();
        json.WriteStartArray("fields");
        foreach (var field in FieldListing.Shown(c)) Write(json, field);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Field field)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        json.WriteString("type", FieldTypeName.Of(field.Type));
        json.WriteBoolean("list", field.IsList);
        json.WriteString("argument", (field.Argument & FieldArgument.Required) != 0 ? "required" : (field.Argument & FieldArgument.Allowed) != 0 ? "optional" : "none");
        json.WriteString("display_name", field.DisplayName);
        json.WriteString("description", FieldListing.Described(field));
        json.WriteEndObject();
    }
}
