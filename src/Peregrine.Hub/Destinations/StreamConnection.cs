using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Peregrine.Hub.Destinations;

/// <summary>
/// A TCP connection, with TLS where options are given, made when something is sent and kept until it fails. A peer that closed it is noticed before the next send, since what is written then would be lost without a word. Belongs to one task
/// at a time.
/// </summary>
internal sealed class StreamConnection(string host, int port, SslClientAuthenticationOptions? tls) : IAsyncDisposable
{
    private Socket? _socket;
    private Stream? _stream;

    /// <exception cref="IOException">The connection failed; it is closed, and the next send makes a new one.</exception>
    /// <exception cref="SocketException">Nobody answers.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            var stream = await OpenAsync(cancellation);
            await stream.WriteAsync(bytes, cancellation);
            await stream.FlushAsync(cancellation);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>The open stream, for protocols with answers. A caller whose exchange fails disposes of the connection.</summary>
    public async ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        if (_stream is not null && !IsClosedByPeer()) return _stream;
        await DisposeAsync();
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        await _socket.ConnectAsync(host, port, cancellation);
        _stream = new NetworkStream(_socket);
        return tls is null ? _stream : await SecureAsync(tls, cancellation);
    }

    /// <summary>Connects, lets both sides greet each other and hangs up, to see whether somebody is there.</summary>
    /// <param name="greet">What the protocol begins with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">Nobody is, or TLS or the greeting failed; the message names the server.</exception>
    public async ValueTask ProbeAsync(Func<Stream, ValueTask> greet, CancellationToken cancellation)
    {
        try
        {
            await greet(await OpenAsync(cancellation));
        }
        catch (OperationCanceledException e)
        {
            throw new IOException($"{host}:{port} does not answer", e);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            throw new IOException($"{host}:{port}: {e.Message}", e);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <inheritdoc cref="ProbeAsync(Func{Stream, ValueTask}, CancellationToken)"/>
    public ValueTask ProbeAsync(CancellationToken cancellation) => ProbeAsync(_ => ValueTask.CompletedTask, cancellation);

    /// <summary>Goes on with TLS on the open connection, for protocols that begin without.</summary>
    public async ValueTask<Stream> SecureAsync(SslClientAuthenticationOptions options, CancellationToken cancellation)
    {
        var secure = new SslStream(_stream!);
        _stream = secure;
        await secure.AuthenticateAsClientAsync(options, cancellation);
        return secure;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null) await _stream.DisposeAsync();
        _socket?.Dispose();
        (_stream, _socket) = (null, null);
    }

    /// <summary>Whether it was opened and has not failed since.</summary>
    public bool IsOpen => _stream is not null;

    // Readable without bytes is the peer's end of the connection.
    private bool IsClosedByPeer() => _socket!.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
}
