using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.LiveTests.Peers;

/// <summary>
/// An HTTP server on loopback that keeps the bodies that it has answered with 200; or one that hangs: it takes requests and never answers.
/// </summary>
internal sealed class CollectingServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentQueue<string> _bodies = new();
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly bool _hangs;
    private volatile bool _ended;

    /// <param name="port">0 for any that is free.</param>
    /// <param name="hangs">Whether it never answers.</param>
    public CollectingServer(int port = 0, bool hangs = false)
    {
        _hangs = hangs;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start(1024);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Kept beyond the end, so that a successor can have it: a listener that was stopped does not know its port any more.</summary>
    public int Port { get; }

    /// <summary>In the order of their coming; more than once what came more than once.</summary>
    public IReadOnlyCollection<string> Bodies => _bodies;

    /// <summary>A pause before each answer.</summary>
    public TimeSpan Delay { get; set; }

    public void Dispose()
    {
        _ended = true;
        _listener.Stop();
        foreach (var socket in _open) socket.Dispose();
    }

    private void Accept()
    {
        while (!_ended)
        {
            try
            {
                var socket = _listener.AcceptSocket();
                _open.Add(socket);
                if (!_hangs) new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            using var stream = new BufferedStream(new NetworkStream(socket, ownsSocket: true));
            while (!_ended && ReadHead(stream) is { } head)
            {
                var length = 0;
                var close = false;
                foreach (var line in head.Split("\r\n"))
                {
                    if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture);
                    if (line.Equals("Connection: close", StringComparison.OrdinalIgnoreCase)) close = true;
                }
                var body = new byte[length];
                stream.ReadExactly(body);
                if (Delay > TimeSpan.Zero) Thread.Sleep(Delay);
                _bodies.Enqueue(Encoding.UTF8.GetString(body));
                stream.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);
                stream.Flush();
                if (close) return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The sensor, or this server, ended in the middle.
        }
    }

    private static string? ReadHead(Stream stream)
    {
        var head = new StringBuilder();
        while (stream.ReadByte() is var one and >= 0)
        {
            head.Append((char)one);
            if (one == '\n' && head.Length >= 4 && head[^2] == '\r' && head[^3] == '\n') return head.ToString();
        }
        return null;
    }
}
