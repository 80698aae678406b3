using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Peregrine.Hub.Alerts;

/// <summary>Writes alerts as JSON: <c>uuid, output, priority, rule, time, source, output_fields, hostname, tags</c>, without the last two where they are empty.</summary>
public static class AlertWriter
{
    /// <summary>Text goes out as UTF-8, not as escapes: paths and names stay readable in logs and searches.</summary>
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Kept from alert to alert, unless one was so large that it would stay for nothing.
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _kept;

    public static byte[] ToJson(Alert alert)
    {
        var (buffer, writer) = _kept ??= Make();
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        Write(writer, alert);
        writer.Flush();
        var json = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > LargestKept) _kept = null;
        return json;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Make()
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        return (buffer, new Utf8JsonWriter(buffer, Options));
    }

    public static void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        WriteProperties(writer, alert);
        writer.WriteEndObject();
    }

    /// <summary>The properties alone, for destinations that add their own to the same object.</summary>
    public static void WriteProperties(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteString("uuid"u8, alert.Id);
        writer.WriteString("output"u8, alert.Output);
        writer.WriteString("priority"u8, alert.Priority.Name());
        writer.WriteString("rule"u8, alert.Rule);
        writer.WriteString("time"u8, alert.TimeText());
        writer.WriteString("source"u8, alert.Source);
        writer.WritePropertyName("output_fields"u8);
        WriteFields(writer, alert.Fields);
        if (alert.Hostname.Length > 0) writer.WriteString("hostname"u8, alert.Hostname);
        if (alert.Tags.Count > 0) WriteTags(writer, alert.Tags);
    }

    public static void WriteFields(Utf8JsonWriter writer, IReadOnlyList<AlertField> fields)
    {
        writer.WriteStartObject();
        foreach (var field in fields)
        {
            writer.WritePropertyName(field.Name);
            WriteValue(writer, field.Value);
        }
        writer.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter writer, AlertValue value)
    {
        switch (value.Kind)
        {
            case AlertValueKind.Null:
                writer.WriteNullValue();
                break;
            case AlertValueKind.Text:
                writer.WriteStringValue(value.Text);
                break;
            default:
                writer.WriteRawValue(value.Text, skipInputValidation: true);
                break;
        }
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyList<string> tags)
    {
        writer.WriteStartArray("tags"u8);
        foreach (var tag in tags) writer.WriteStringValue(tag);
        writer.WriteEndArray();
    }
}
