using System.IO.Compression;
using System.Net.Http.Headers;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>Request bodies that are compressed.</summary>
internal static class GzipBody
{
    public static byte[] Pack(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(body);
        return packed.ToArray();
    }

    public static ByteArrayContent Of(byte[] body, string mediaType) => Packed(Pack(body), mediaType);

    /// <summary>The same body, packed; disposes of the other.</summary>
    public static ByteArrayContent Of(LentBody body)
    {
        using var plain = body;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) body.CopyTo(gzip, null, CancellationToken.None);
        return Packed(packed.ToArray(), body.Headers.ContentType!.MediaType!);
    }

    private static ByteArrayContent Packed(byte[] packed, string mediaType)
    {
        var content = new ByteArrayContent(packed);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
