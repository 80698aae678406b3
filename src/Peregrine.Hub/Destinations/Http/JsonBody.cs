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
    public static HttpContent Create(Action<Utf8JsonWriter> write, string mediaType = MediaType)
    {
        var body = new LentBody(mediaType);
        using var writer = new Utf8JsonWriter(body, AlertWriter.Options);
        write(writer);
        return body;
    }

    /// <summary>A body of values that each stand on a line of their own.</summary>
    /// <param name="items">What they are made from.</param>
    /// <param name="write">Writes the values of one item; the third argument is called behind each.</param>
    /// <param name="mediaType">What the body is.</param>
    public static LentBody Lines<T>(IReadOnlyList<T> items, Action<Utf8JsonWriter, T, Action> write, string mediaType = "application/x-ndjson")
    {
        var body = new LentBody(mediaType);
        using var writer = new Utf8JsonWriter(body, AlertWriter.Options);
        void EndLine()
        {
            writer.Flush();
            writer.Reset();
            body.Write("\n"u8);
        }
        foreach (var item in items) write(writer, item, EndLine);
        return body;
    }

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
