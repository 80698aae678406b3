using System.Buffers;

namespace Peregrine.Capture;

/// <summary>Collects what is written and hands it to the stream in large pieces. Owns the stream unless told otherwise.</summary>
internal sealed class CaptureOutput(Stream stream, bool leaveOpen) : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _used;
    private long _flushed;

    /// <summary>Bytes written, before any packing.</summary>
    public long Bytes => _flushed + _used;

    /// <summary>Room for the next <paramref name="count"/> bytes, which count as written. Valid until the next call; its content is not cleared.</summary>
    public Span<byte> Take(int count)
    {
        if (_buffer.Length - _used < count) MakeRoom(count);
        var room = _buffer.AsSpan(_used, count);
        _used += count;
        return room;
    }

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Flush()
    {
        Drain();
        stream.Flush();
    }

    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        try
        {
            Drain();
            if (leaveOpen) stream.Flush();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            if (!leaveOpen) stream.Dispose();
        }
    }

    private void MakeRoom(int count)
    {
        Drain();
        if (_buffer.Length >= count) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(count);
    }

    private void Drain()
    {
        var used = _used;
        _used = 0;
        _flushed += used;
        stream.Write(_buffer, 0, used);
    }
}
