using System.Buffers;
using System.Runtime.CompilerServices;

namespace Peregrine.Capture;

/// <summary>
/// The bytes of a capture as they arrive: a buffer over a stream that may be a pipe. It blocks only for bytes that were asked for.
/// A failure of the stream counts as its end and is kept in <see cref="Failure"/>, so that what came before it is read first.
/// </summary>
internal sealed class CaptureInput(Stream stream, int readSize) : IDisposable
{
    /// <summary>Large enough that moving the rest of a block to the front is rare, small enough that what was read is still in the processor's cache when it is looked at.</summary>
    private const int InitialSize = 256 * 1024;

    /// <summary>What a rare large event needs is not kept for the next capture.</summary>
    private const int PooledSize = 2 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;
    private long _base;
    private bool _ended;

    /// <summary>Why the stream ended early, when it did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Bytes consumed so far.</summary>
    public long Offset => _base + _start;

    public int Count => _end - _start;

    /// <summary>What is buffered; valid until the next <see cref="Ensure"/> or <see cref="Skip"/>.</summary>
    public ReadOnlySpan<byte> Available
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _buffer.AsSpan(_start, _end - _start);
    }

    public void Advance(int count) => _start += count;

    /// <summary>Makes <paramref name="count"/> bytes available in one piece; false when the stream ends before. Memory grows with bytes that came, not with the number asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Ensure(int count) => Count >= count || Read(count);

    /// <summary>Passes over bytes. Returns how many there were, less than asked for at the end of the stream.</summary>
    public long Skip(long count)
    {
        var left = count;
        while (left > 0)
        {
            var now = (int)Math.Min(left, Count);
            Advance(now);
            left -= now;
            if (left > 0 && !Fill()) break;
        }
        return count - left;
    }

    public void Dispose()
    {
        stream.Dispose();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        Return(buffer);
        _start = _end = 0;
        _ended = true;
    }

    private bool Read(int count)
    {
        while (Count < count)
            if (!Fill()) return false;
        return true;
    }

    private bool Fill()
    {
        if (_ended) return false;
        MakeRoom();
        try
        {
            var read = stream.Read(_buffer, _end, Math.Min(readSize, _buffer.Length - _end));
            _end += read;
            _ended = read == 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            Failure = e;
            _ended = true;
        }
        return !_ended;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _base += _start;
            _start = _end = 0;
        }
        if (_buffer.Length - _end >= readSize) return;
        var used = Count;
        var target = _buffer;
        if (used > _buffer.Length - readSize) target = Larger();
        Buffer.BlockCopy(_buffer, _start, target, 0, used);
        if (target != _buffer)
        {
            Return(_buffer);
            _buffer = target;
        }
        _base += _start;
        (_start, _end) = (0, used);
    }

    private byte[] Larger()
    {
        var size = checked(_buffer.Length * 2);
        return size > PooledSize ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= PooledSize) ArrayPool<byte>.Shared.Return(buffer);
    }
}
