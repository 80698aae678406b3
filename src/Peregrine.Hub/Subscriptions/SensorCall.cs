using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Peregrine.Hub.Destinations;
using Peregrine.Hub.Destinations.Http;

namespace Peregrine.Hub.Subscriptions;

/// <summary>The call <c>falco.outputs.service/sub</c> to one sensor: gRPC over HTTP/2, on a unix socket or with mutual TLS. The request stays open, since its end would be the call's.</summary>
internal sealed class SensorCall : IDisposable
{
    private const int FrameHeader = 5;

    // An alert is far smaller; a longer frame is damage or malice.
    private const int LongestMessage = 16 * 1024 * 1024;

    private readonly Uri _address;
    private readonly ClientTls _tls;
    private readonly HttpClient _client;

    /// <param name="address"><c>unix:///path</c>, <c>https://host:port</c>, or <c>http://host:port</c> for one behind a proxy of its own machine.</param>
    /// <param name="tls">The certificate that is shown and the authorities that are trusted.</param>
    public SensorCall(Uri address, ClientTls tls)
    {
        (_address, _tls) = (address, tls);
        var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(30), KeepAlivePingTimeout = TimeSpan.FromSeconds(20), ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (address.Scheme == "unix") handler.ConnectCallback = (_, cancellation) => ConnectAsync(address.AbsolutePath, cancellation);
        else if (address.Scheme == Uri.UriSchemeHttps) handler.SslOptions = Tls();
        _client = new HttpClient(handler) { BaseAddress = address.Scheme == "unix" ? new Uri("http://localhost/") : address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Finds out whether somebody is there, as far as TLS.</summary>
    /// <exception cref="IOException">Nobody is; the message names the sensor.</exception>
    public async ValueTask ProbeAsync(CancellationToken cancellation)
    {
        if (_address.Scheme != "unix")
        {
            await using var connection = new StreamConnection(_address.IdnHost, _address.Port, _address.Scheme == Uri.UriSchemeHttps ? Tls() : null);
            await connection.ProbeAsync(cancellation);
            return;
        }
        try
        {
            await using var stream = await ConnectAsync(_address.AbsolutePath, cancellation);
        }
        catch (SocketException e)
        {
            throw new IOException($"{_address.AbsolutePath}: {e.Message}", e);
        }
    }

    /// <summary>The messages as they come, until the sensor ends the call.</summary>
    /// <exception cref="IOException">The call failed, or the sensor refused it.</exception>
    /// <exception cref="HttpRequestException">The sensor cannot be reached.</exception>
    public async IAsyncEnumerable<byte[]> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var content = new OpenRequest(open.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/falco.outputs.service/sub") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (!answer.IsSuccessStatusCode) throw new IOException($"HTTP {(int)answer.StatusCode}");
        Check(answer.Headers);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        while (await ReadAsync(stream, cancellation) is { } message) yield return message;
        await open.CancelAsync();
        Check(answer.TrailingHeaders);
    }

    public void Dispose() => _client.Dispose();

    private SslClientAuthenticationOptions Tls() => _tls.Options(_address.Host, check: true, mutual: true);

    private static async ValueTask<byte[]?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[FrameHeader];
        var read = await stream.ReadAtLeastAsync(header, FrameHeader, throwOnEndOfStream: false, cancellation);
        if (read == 0) return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (read < FrameHeader || header[0] != 0 || length > LongestMessage) throw new IOException("what came is no message of gRPC");
        var message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellation);
        return message;
    }

    private static void Check(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var status) || status.First() == "0") return;
        throw new IOException($"status {status.First()}{(headers.TryGetValues("grpc-message", out var text) ? ": " + Uri.UnescapeDataString(text.First()) : "")}");
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One empty message, and then nothing for as long as the call lasts.</summary>
    private sealed class OpenRequest : HttpContent
    {
        private readonly CancellationToken _end;

        public OpenRequest(CancellationToken end)
        {
            _end = end;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[FrameHeader], _end);
            await stream.FlushAsync(_end);
            await Task.Delay(Timeout.InfiniteTimeSpan, _end);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
