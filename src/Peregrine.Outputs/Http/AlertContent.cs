using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Peregrine.Outputs;

/// <summary>An alert as the body of a request. Remembers whether any of it was sent: until then it cannot have arrived.</summary>
internal sealed class AlertContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;

    public AlertContent(Alert alert, HttpOutputOptions options)
    {
        _body = options.CompressUploads ? Gzipped(alert.Body.Span) : alert.Body;
        if (options.CompressUploads) Headers.ContentEncoding.Add("gzip");
        Headers.ContentType = new MediaTypeHeaderValue(options.Json ? "application/json" : "text/plain");
    }

    public bool WasSent { get; private set; }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        WasSent = true;
        stream.Write(_body.Span);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        WasSent = true;
        return stream.WriteAsync(_body).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }

    private static byte[] Gzipped(ReadOnlySpan<byte> body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        return packed.ToArray();
    }
}
