using System.Text;
using System.Text.Json;

namespace Peregrine.Hub.Alerts;

/// <summary>Reads the object of output fields.</summary>
internal static class AlertFieldsReader
{
    // Below this many fields a walk over the list finds a repeated name faster than a table does.
    private const int SmallCount = 32;

    public static List<AlertField> Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        var fields = new List<AlertField>(16);
        if (reader.TokenType == JsonTokenType.Null) return fields;
        if (reader.TokenType != JsonTokenType.StartObject) throw new AlertException("'output_fields' is not an object");
        Dictionary<string, int>? places = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = KnownTexts.Read(ref reader);
            reader.Read();
            var field = new AlertField(name, ReadValue(ref reader));
            var at = Find(fields, ref places, name);
            if (at >= 0)
            {
                fields[at] = field;
                continue;
            }
            if (fields.Count == AlertReader.MaxFields) throw new AlertException($"more than {AlertReader.MaxFields} output fields");
            places?.Add(name, fields.Count);
            fields.Add(field);
        }
        return fields;
    }

    public static AlertValue ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return AlertValue.Of(reader.GetString()!);
            case JsonTokenType.Number:
                return AlertValue.Number(Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return AlertValue.Of(reader.TokenType == JsonTokenType.True);
            case JsonTokenType.Null:
                return AlertValue.Null;
            default:
                using (var document = JsonDocument.ParseValue(ref reader)) return AlertValue.Json(Text(document.RootElement));
        }
    }

    private static int Find(List<AlertField> fields, ref Dictionary<string, int>? places, string name)
    {
        if (fields.Count <= SmallCount)
        {
            for (var i = 0; i < fields.Count; i++)
                if (fields[i].Name == name) return i;
            return -1;
        }
        if (places is null)
        {
            places = new Dictionary<string, int>(fields.Count * 2, StringComparer.Ordinal);
            for (var i = 0; i < fields.Count; i++) places[fields[i].Name] = i;
        }
        return places.TryGetValue(name, out var at) ? at : -1;
    }

    // Written anew and not copied: line breaks inside would tear the formats that put one event on a line.
    private static string Text(JsonElement element)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, AlertWriter.Options)) element.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
