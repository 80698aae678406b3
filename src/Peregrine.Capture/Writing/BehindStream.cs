using System.Buffers;

namespace Peregrine.Capture;

/// <summary>
/// Writes to the stream below on a thread of its own, in order. What waits is bounded; see <see cref="WriteBehind"/> for what happens at the bound. A failure below comes out of the next
/// call here as <see cref="IOException"/>. For one caller.
/// </summary>
internal sealed class BehindStream : Stream
{
    private readonly Stream _below;
    private readonly long _most;
    private readonly bool _waits;
    private readonly Queue<ArraySegment<byte>> _queue = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly ManualResetEventSlim _drained = new(true);
    private readonly Thread _thread;
    private long _waiting;
    private Exception? _failure;
    private bool _ends;

    /// <param name="below">Where it goes; owned.</param>
    /// <param name="most">Most bytes that wait.</param>
    /// <param name="waits">Whether the caller waits at the bound, else it fails.</param>
    public BehindStream(Stream below, long most, bool waits)
    {
        (_below, _most, _waits) = (below, most, waits);
        _thread = new Thread(Run) { IsBackground = true, Name = "capture writer" };
        _thread.Start();
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return;
        while (true)
        {
            lock (_gate)
            {
                ThrowIfFailed();
                // One piece is always taken, however large.
                if (_waiting == 0 || _waiting + buffer.Length <= _most)
                {
                    var copy = ArrayPool<byte>.Shared.Rent(buffer.Length);
                    buffer.CopyTo(copy);
                    _queue.Enqueue(new ArraySegment<byte>(copy, 0, buffer.Length));
                    _waiting += buffer.Length;
                    _drained.Reset();
                    break;
                }
                if (!_waits) throw new IOException($"the disk does not keep up: {_waiting >> 20} MiB wait to be written");
                _drained.Reset();
            }
            _drained.Wait();
        }
        _filled.Release();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Returns when all has been written.</summary>
    public override void Flush()
    {
        while (true)
        {
            lock (_gate)
            {
                ThrowIfFailed();
                if (_waiting == 0) break;
                _drained.Reset();
            }
            _drained.Wait();
        }
        _below.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ends)
        {
            _ends = true;
            _filled.Release();
            _thread.Join();
            _filled.Dispose();
            _drained.Dispose();
            try
            {
                _below.Dispose();
            }
            finally
            {
                base.Dispose(disposing);
            }
            ThrowIfFailed();
            return;
        }
        base.Dispose(disposing);
    }

    private void Run()
    {
        while (true)
        {
            _filled.Wait();
            ArraySegment<byte> piece;
            lock (_gate)
            {
                if (!_queue.TryDequeue(out piece))
                {
                    if (_ends) return;
                    continue;
                }
            }
            try
            {
                if (_failure is null) _below.Write(piece.AsSpan());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or InvalidDataException or ObjectDisposedException)
            {
                lock (_gate) _failure = e;
            }
            ArrayPool<byte>.Shared.Return(piece.Array!);
            lock (_gate)
            {
                _waiting -= piece.Count;
                _drained.Set();
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure) throw new IOException(failure.Message, failure);
    }
}
