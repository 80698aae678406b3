using System.Globalization;
using System.Text.Json;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Otlp;

/// <summary>Attributes in the JSON encoding of OpenTelemetry's protocol.</summary>
internal static class OtlpJson
{
    public static void Attribute(Utf8JsonWriter writer, string name, string text)
    {
        if (text.Length > 0) Attribute(writer, name, () => writer.WriteString("stringValue", text));
    }

    public static void Attribute(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts) => Attribute(writer, name, () =>
    {
        writer.WriteStartObject("arrayValue");
        writer.WriteStartArray("values");
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("stringValue", text);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>A field with its own type; lists and objects as their JSON. A null has no value to show and is left out.</summary>
    public static void Attribute(Utf8JsonWriter writer, AlertField field)
    {
        var value = field.Value;
        if (value.IsNull) return;
        Attribute(writer, field.Name, () =>
        {
            // 64-bit integers are text in this encoding.
            if (value.TryGetInteger(out var integer)) writer.WriteString("intValue", integer.ToString(CultureInfo.InvariantCulture));
            else if (value.TryGetNumber(out var number) && double.IsFinite(number)) writer.WriteNumber("doubleValue", number);
            else if (value.Kind == AlertValueKind.Boolean) writer.WriteBoolean("boolValue", value.Text == "true");
            else writer.WriteString("stringValue", value.Text);
        });
    }

    private static void Attribute(Utf8JsonWriter writer, string name, Action write)
    {
        writer.WriteStartObject();
        writer.WriteString("key", name);
        writer.WriteStartObject("value");
        write();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
