using System.Text;

namespace Peregrine.Hub.Destinations.Wire;

/// <summary>What is written to and read from a peer in protocols of lines and counted bytes. Belongs to one task at a time.</summary>
internal sealed class PeerStream(Stream stream)
{
    private const int MaxLineBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;

    /// <summary>The stream beneath.</summary>
    public Stream Stream => stream;

    /// <summary>Whether bytes came that nobody read: before TLS begins there must be none, they would not be protected.</summary>
    public bool HasUnread => _start < _end;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
    }

    public ValueTask SendAsync(string text, CancellationToken cancellation) => SendAsync(Encoding.UTF8.GetBytes(text), cancellation);

    /// <exception cref="IOException">The peer closed the connection.</exception>
    public async ValueTask<byte> ReadByteAsync(CancellationToken cancellation)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await stream.ReadAsync(_buffer, cancellation);
            if (_end == 0) throw new EndOfStreamException("the server closed the connection");
        }
        return _buffer[_start++];
    }

    /// <summary>A line without its end.</summary>
    /// <exception cref="IOException">The peer closed the connection, or sends no lines.</exception>
    public async ValueTask<string> ReadLineAsync(CancellationToken cancellation)
    {
        using var line = new MemoryStream();
        for (byte next; (next = await ReadByteAsync(cancellation)) != '\n';)
        {
            if (line.Length == MaxLineBytes) throw new IOException("the server sends a line without an end");
            line.WriteByte(next);
        }
        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r');
    }

    /// <exception cref="IOException">The peer closed the connection, or wants to send more than an answer needs.</exception>
    public async ValueTask<byte[]> ReadAsync(int count, CancellationToken cancellation)
    {
        if (count is < 0 or > 16 * 1024 * 1024) throw new IOException("the server announces an answer of an impossible size");
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = await ReadByteAsync(cancellation);
        return bytes;
    }
}
