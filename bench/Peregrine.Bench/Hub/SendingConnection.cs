using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Peregrine.Bench;

/// <summary>A connection to the hub with one request under way at a time.</summary>
/// <param name="port">Where the hub listens on loopback.</param>
/// <param name="next">The number of the first request.</param>
internal sealed class SendingConnection(int port, int next)
{
    private readonly byte[] _answer = new byte[4096];
    private int _length;
    private int _next = next;
    private long _sent;

    public Socket Socket { get; } = Connect(port);

    /// <summary>Sends the next request.</summary>
    public void Send(byte[][] requests)
    {
        (_sent, _length) = (Stopwatch.GetTimestamp(), 0);
        Socket.Send(requests[_next++ % requests.Length]);
    }

    /// <summary>Takes what has come; true when the answer is whole.</summary>
    /// <param name="times">Gets how long it took, in milliseconds.</param>
    /// <exception cref="BenchException">The alerts were not taken.</exception>
    public bool Receive(List<double> times)
    {
        var read = Socket.Receive(_answer, _length, _answer.Length - _length, SocketFlags.None);
        if (read == 0) throw new BenchException("the hub closed a connection");
        _length += read;
        var answer = _answer.AsSpan(0, _length);
        if (_length >= 12 && !answer.StartsWith("HTTP/1.1 200"u8)) throw new BenchException("the hub answered: " + Encoding.UTF8.GetString(answer));
        // The answer to what is kept has no body.
        if (!answer.EndsWith("\r\n\r\n"u8)) return false;
        times.Add(Stopwatch.GetElapsedTime(_sent).TotalMilliseconds);
        return true;
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect("127.0.0.1", port);
        return socket;
    }
}
