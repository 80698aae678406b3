using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Peregrine.Hub.Alerts;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Request bodies of JSON.</summary>
internal static class JsonBody
{
    public const string MediaType = "application/json";

    /// <summary>A body that <paramref name="write"/> fills with exactly one value.</summary>
    public static ByteArrayContent Create(Action<Utf8JsonWriter> write, string mediaType = MediaType) => Of(Bytes(write), mediaType);

    /// <summary>The event itself, as all destinations for plain events send it.</summary>
    public static ByteArrayContent Of(Alert alert) => Of(alert.ToJson());

    public static ByteArrayContent Of(byte[] utf8, string mediaType = MediaType)
    {
        var content = new ByteArrayContent(utf8);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType) { CharSet = "utf-8" };
        return content;
    }

    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, AlertWriter.Options)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
