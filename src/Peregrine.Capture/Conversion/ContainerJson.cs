using System.Buffers;
using System.Text.Json;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>The description that container events carry as JSON today, built from the four parameters that they had at first.</summary>
internal static class ContainerJson
{
    public static byte[] Build(EventView old)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            Text(json, "id"u8, old.Text(EventParams.ContainerE.Id));
            json.WriteNumber("type"u8, old.Uint(EventParams.ContainerE.Type));
            Text(json, "name"u8, old.Text(EventParams.ContainerE.Name));
            Text(json, "image"u8, old.Text(EventParams.ContainerE.Image));
            json.WriteEndObject();
        }
        output.Write("\0"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Captures hold whatever bytes a name had; what is no UTF-8 becomes the replacement character.</summary>
    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        json.WriteString(name, System.Text.Encoding.UTF8.GetString(value));
}
