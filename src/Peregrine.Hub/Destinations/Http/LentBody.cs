using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Peregrine.Hub.Destinations.Http;

/// <summary>
/// A request's body in pieces of lent memory: batches are large and come again and again, and an array of its own for each would keep the garbage collector busy. The memory goes back when the body is disposed of and nobody
/// sends it any more (an answer may come before all was sent).
/// </summary>
internal sealed class LentBody : HttpContent, IBufferWriter<byte>
{
    private const int PieceBytes = 64 * 1024;

    private readonly List<(byte[] Bytes, int Length)> _pieces = [];
    private readonly Lock _lock = new();
    private byte[] _last = [];
    private int _used;
    private long _closedBytes;
    private int _sending;
    private bool _isOver;

    public LentBody(string mediaType) => Headers.ContentType = new MediaTypeHeaderValue(mediaType) { CharSet = "utf-8" };

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_last.Length - _used < Math.Max(sizeHint, 1))
        {
            Close();
            _last = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, PieceBytes));
        }
        return _last.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    protected override bool TryComputeLength(out long length)
    {
        length = _closedBytes + _used;
        return true;
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Close();
        foreach (var (bytes, length) in _pieces) stream.Write(bytes, 0, length);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            _sending++;
            Close();
        }
        try
        {
            foreach (var (bytes, length) in _pieces) await stream.WriteAsync(bytes.AsMemory(0, length), cancellationToken);
        }
        finally
        {
            lock (_lock)
                if (--_sending == 0 && _isOver) Return();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                if (!_isOver && _sending == 0) Return();
                _isOver = true;
            }
        }
        base.Dispose(disposing);
    }

    private void Close()
    {
        if (_used > 0) _pieces.Add((_last, _used));
        else if (_last.Length > 0) ArrayPool<byte>.Shared.Return(_last);
        _closedBytes += _used;
        (_last, _used) = ([], 0);
    }

    private void Return()
    {
        Close();
        foreach (var (bytes, _) in _pieces) ArrayPool<byte>.Shared.Return(bytes);
        _pieces.Clear();
    }
}
