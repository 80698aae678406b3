using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.Outputs;

/// <summary>
/// The connection to a syslog daemon; made with the first message, and anew after a failure. A unix socket takes datagrams, or a stream with NUL after each message where the daemon wants one.
/// </summary>
internal sealed class SyslogConnection(SyslogOptions options) : IDisposable
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const byte TcpEstablished = 1;

    private readonly SyslogAddress _address = options.Address;
    private byte[] _framed = new byte[2048];
    private volatile Socket? _socket;
    private SslStream? _tls;

    /// <exception cref="DeliveryException">It could not be sent.</exception>
    public void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            // The daemon may have been restarted since the last message; on a stream nobody would tell.
            if (_socket is { SocketType: SocketType.Stream } kept && IsOver(kept)) Close();
            SendOn(_socket ?? Connect(), message);
        }
        catch (SocketException e)
        {
            var wasLong = e.SocketErrorCode == SocketError.MessageSize;
            if (!wasLong) Close();
            var failure = wasLong ? DeliveryFailure.Rejected : IsStream && e.SocketErrorCode == SocketError.TimedOut && _socket is not null ? DeliveryFailure.TimedOut : DeliveryFailure.Unreachable;
            throw new DeliveryException(failure, wasLong ? $"an alert of {message.Length} bytes is too long for {_address}" : $"cannot reach the syslog daemon at {_address}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            Close();
            throw new DeliveryException(DeliveryFailure.Unreachable, $"cannot reach the syslog daemon at {_address}: {(e is OperationCanceledException ? "no answer in time" : e.Message)}", e);
        }
    }

    /// <summary>From any thread: a send that is under way fails.</summary>
    public void Close()
    {
        var socket = _socket;
        _socket = null;
        socket?.Dispose();
    }

    /// <summary>Ends the connection in order. For the thread that sends.</summary>
    public void Dispose()
    {
        try
        {
            // A daemon takes a TLS connection that just breaks off for an attack, and complains.
            if (_socket is not null && _tls is { } tls) tls.ShutdownAsync().Wait(options.Timeout);
        }
        catch (Exception e) when (e is AggregateException or ObjectDisposedException or InvalidOperationException)
        {
            // It was broken already.
        }
        Close();
    }

    private bool IsStream => _address.Transport is SyslogTransport.Tcp or SyslogTransport.Tls;

    /// <summary>Whether the other side has ended the connection. Of TCP the kernel is asked for the connection's state: what is left to read (a TLS ticket) would hide the end.</summary>
    private bool IsOver(Socket socket)
    {
        Span<byte> one = stackalloc byte[1];
        if (IsStream) return socket.GetRawSocketOption(TcpLevel, TcpInfo, one) > 0 && one[0] != TcpEstablished;
        return socket.Poll(0, SelectMode.SelectRead) && socket.Receive(one, SocketFlags.Peek) == 0;
    }

    private void SendOn(Socket socket, ReadOnlySpan<byte> message)
    {
        if (socket.SocketType == SocketType.Dgram)
        {
            socket.Send(message);
            return;
        }
        var framed = Frame(message);
        if (_tls is { } tls)
        {
            tls.Write(framed);
            tls.Flush();
            return;
        }
        for (var sent = 0; sent < framed.Length;) sent += socket.Send(framed[sent..]);
    }

    private ReadOnlySpan<byte> Frame(ReadOnlySpan<byte> message)
    {
        if (_framed.Length < message.Length + 16) _framed = new byte[message.Length * 2 + 16];
        if (IsStream && options.Framing == SyslogFraming.OctetCounting)
        {
            var head = Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture) + " ", _framed);
            message.CopyTo(_framed.AsSpan(head));
            return _framed.AsSpan(0, head + message.Length);
        }
        var framed = _framed.AsSpan(0, message.Length + 1);
        message.CopyTo(framed);
        framed[^1] = IsStream ? (byte)'\n' : (byte)0;
        // A line feed inside would begin another message.
        if (IsStream) framed[..^1].Replace((byte)'\n', (byte)' ');
        return framed;
    }

    private Socket Connect()
    {
        var socket = _address.Transport switch
        {
            SyslogTransport.Unix => ConnectLocally(),
            SyslogTransport.Udp => ConnectTo(SocketType.Dgram, ProtocolType.Udp),
            _ => ConnectTo(SocketType.Stream, ProtocolType.Tcp),
        };
        socket.SendTimeout = (int)options.Timeout.TotalMilliseconds;
        _tls = null;
        _socket = socket;
        if (_address.Transport != SyslogTransport.Tls) return socket;
        socket.ReceiveTimeout = socket.SendTimeout;
        var tls = new SslStream(new NetworkStream(socket));
        tls.AuthenticateAsClient(options.Tls.ForClient(_address.Target));
        _tls = tls;
        return socket;
    }

    private Socket ConnectLocally()
    {
        try
        {
            return ConnectLocally(SocketType.Dgram);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ProtocolType or SocketError.ProtocolNotSupported or SocketError.OperationNotSupported)
        {
            return ConnectLocally(SocketType.Stream);
        }
    }

    private Socket ConnectLocally(SocketType type)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_address.Target));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Socket ConnectTo(SocketType type, ProtocolType protocol)
    {
        using var inTime = new CancellationTokenSource(options.Timeout);
        var socket = new Socket(type, protocol);
        try
        {
            // The only way of connecting that has a time limit; it also looks the name up.
            socket.ConnectAsync(_address.Target, _address.Port, inTime.Token).AsTask().GetAwaiter().GetResult();
            if (type == SocketType.Stream) socket.NoDelay = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
