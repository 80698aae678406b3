using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Peregrine.Containers.Http;

namespace Peregrine.Containers.Grpc;

/// <summary>Calls in gRPC over HTTP/2 on a unix socket: messages as bytes, framed by a flag and a length.</summary>
internal sealed class GrpcConnection(string socket) : IDisposable
{
    private const int FrameHeader = 5;
    private readonly HttpClient _client = UnixHttp.Connect(socket);

    /// <summary>One message there, one back.</summary>
    /// <param name="method"><c>package.Service/Method</c>.</param>
    /// <param name="message">The request.</param>
    /// <param name="namespaceName">containerd's namespace; null where the service has none.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<byte[]> CallAsync(string method, byte[] message, string? namespaceName, CancellationToken cancel)
    {
        using var response = await SendAsync(method, message, namespaceName, cancel).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var answer = await ReadFrameAsync(stream, cancel).ConfigureAwait(false);
        // The status stands behind the last frame, which must therefore have been read.
        if (answer is not null && await ReadFrameAsync(stream, cancel).ConfigureAwait(false) is not null) throw new EngineException("more than one answer to a call");
        Check(response.TrailingHeaders);
        return answer ?? throw new EngineException("no answer in a call that ended well");
    }

    /// <summary>One message there, many back, until the other side ends it.</summary>
    public async Task FollowAsync(string method, byte[] message, Action<byte[]> each, CancellationToken cancel)
    {
        using var response = await SendAsync(method, message, null, cancel).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        while (await ReadFrameAsync(stream, cancel).ConfigureAwait(false) is { } frame) each(frame);
        Check(response.TrailingHeaders);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string method, byte[] message, string? namespaceName, CancellationToken cancel)
    {
        var frame = new byte[FrameHeader + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameHeader);
        using var content = new ByteArrayContent(frame);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/" + method, UriKind.Relative))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (namespaceName is not null) request.Headers.Add("containerd-namespace", namespaceName);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        try
        {
            if (!response.IsSuccessStatusCode) throw new EngineException($"status {(int)response.StatusCode}");
            // A call that fails at once has its status among the headers.
            Check(response.Headers);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void Check(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values)) return;
        if (!int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var status)) throw new EngineException("a status that is no number");
        if (status == 0) return;
        var message = headers.TryGetValues("grpc-message", out var texts) ? Uri.UnescapeDataString(texts.First()) : $"status {status}";
        throw new GrpcException((GrpcStatus)status, message);
    }

    private static async Task<byte[]?> ReadFrameAsync(Stream stream, CancellationToken cancel)
    {
        var header = new byte[FrameHeader];
        var read = await stream.ReadAtLeastAsync(header, FrameHeader, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        if (read == 0) return null;
        if (read < FrameHeader) throw new EngineException("an answer that breaks off");
        if (header[0] != 0) throw new EngineException("an answer that is compressed, which was not asked for");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length > UnixHttp.LargestAnswer) throw new EngineException($"an answer of {length} bytes");
        var message = new byte[length];
        try
        {
            await stream.ReadExactlyAsync(message, cancel).ConfigureAwait(false);
        }
        catch (EndOfStreamException e)
        {
            throw new EngineException("an answer that breaks off", e);
        }
        return message;
    }
}
