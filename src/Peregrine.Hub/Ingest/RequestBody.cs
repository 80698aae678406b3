using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Peregrine.Hub.Ingest;

/// <summary>A body that cannot be taken, with the status that says so.</summary>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    public int Status => status;
}

/// <summary>A request's body in memory, unpacked and bounded; the memory is lent until it is disposed of.</summary>
internal sealed class RequestBody : IDisposable
{
    // What is lent before anything came: a length that a sender only claims costs no more.
    private const int FirstBytes = 1024 * 1024;

    private byte[] _bytes;
    private int _length;

    private RequestBody(int expected) => _bytes = ArrayPool<byte>.Shared.Rent(expected);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="RefusedException">It is too large (413), packed in a way that is not known (415), or not what it says (400).</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellation)
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
            return await ReadAsync(body, (int)Math.Min(request.ContentLength ?? 4096, Math.Min(maxBytes, FirstBytes)), maxBytes, cancellation);
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

    private static async ValueTask<RequestBody> ReadAsync(Stream from, int expected, int maxBytes, CancellationToken cancellation)
    {
        var body = new RequestBody(Math.Max(expected, 256) + 1);
        try
        {
            while (await from.ReadAsync(body._bytes.AsMemory(body._length), cancellation) is > 0 and var read)
            {
                body._length += read;
                if (body._length > maxBytes) throw TooLarge(maxBytes);
                if (body._length == body._bytes.Length) body.Grow();
            }
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private static RefusedException TooLarge(int maxBytes) => new(StatusCodes.Status413PayloadTooLarge, $"the body is larger than {maxBytes} bytes");
}
