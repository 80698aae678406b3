using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Peregrine.Hub.Ingest;

/// <summary>A body that cannot be taken, with the status that says so.</summary>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    public int Status => status;
}

/// <summary>Reads a request's body into memory, unpacked and bounded.</summary>
internal static class RequestBody
{
    /// <exception cref="RefusedException">It is too large (413), packed in a way that is not known (415), or not what it says (400).</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellation)
    {
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        await using var body = encoding switch
        {
            "" or "identity" => request.Body,
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            "br" => new BrotliStream(request.Body, CompressionMode.Decompress),
            _ => throw new RefusedException(StatusCodes.Status415UnsupportedMediaType, $"the content encoding '{encoding}' is not known: gzip, deflate and br are"),
        };
        try
        {
            return await ReadAsync(body, (int)Math.Min(request.ContentLength ?? 4096, maxBytes), maxBytes, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"the body is not {encoding}: {e.Message}");
        }
        catch (BadHttpRequestException e)
        {
            throw new RefusedException(e.StatusCode, e.Message);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Stream body, int expected, int maxBytes, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Max(expected, 256) + 1];
        var length = 0;
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
            if (length > maxBytes) throw TooLarge(maxBytes);
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, maxBytes + 1L));
        }
    }

    private static RefusedException TooLarge(int maxBytes) => new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {maxBytes} bytes");
}
