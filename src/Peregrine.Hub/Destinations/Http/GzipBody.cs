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

    public static ByteArrayContent Of(byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(Pack(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
