using System.Net.Sockets;

namespace Peregrine.Outputs;

/// <summary>The connection to a syslog daemon on a unix socket: datagrams, or a stream with NUL after each message where the daemon wants one. Connects again after a failure.</summary>
internal sealed class SyslogSocket(string path)
{
    /// <summary>A daemon that takes nothing for this long counts as gone.</summary>
    private const int SendTimeoutMs = 2_000;

    private volatile Socket? _socket;

    public void Send(ReadOnlySpan<byte> message)
    {
        var kept = _socket is not null;
        var socket = _socket ??= Connect();
        try
        {
            SendOn(socket, message);
        }
        catch (SocketException)
        {
            Close();
            // The daemon may have been restarted since; a fresh connection deserves one more try.
            if (!kept) throw;
            SendOn(_socket = Connect(), message);
        }
    }

    public void Close()
    {
        var socket = _socket;
        _socket = null;
        socket?.Dispose();
    }

    private static void SendOn(Socket socket, ReadOnlySpan<byte> message)
    {
        if (socket.SocketType == SocketType.Dgram)
        {
            socket.Send(message);
            return;
        }
        for (var sent = 0; sent < message.Length;) sent += socket.Send(message[sent..]);
        socket.Send([0]);
    }

    private Socket Connect()
    {
        try
        {
            return Connect(SocketType.Dgram);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ProtocolType or SocketError.ProtocolNotSupported or SocketError.OperationNotSupported)
        {
            return Connect(SocketType.Stream);
        }
        catch (SocketException e)
        {
            throw new IOException($"cannot reach the syslog daemon at {path}: {e.Message}", e);
        }
    }

    private Socket Connect(SocketType type)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified) { SendTimeout = SendTimeoutMs };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
