using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Compression;

/// <summary>
/// Unpacks zstd from a stream, which it owns. Frames that follow each other are read as one. Corrupt or cut data throws <see cref="InvalidDataException"/>
/// after what was unpacked before it. Not thread-safe.
/// </summary>
public sealed class ZstdReadStream : Stream
{
    /// <summary>64 MiB: enough for all but the <c>--ultra</c> and <c>--long</c> settings, and a bound on what a file can make us allocate.</summary>
    private const int MaxWindowLog = 26;

    private readonly Stream _packed;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(64 * 1024);
    private nint _stream;
    private int _at;
    private int _end;
    private bool _insideFrame;

    /// <summary>Throws <see cref="NotSupportedException"/> when libzstd is not installed.</summary>
    public ZstdReadStream(Stream packed)
    {
        _packed = packed;
        try
        {
            _stream = ZstdLibrary.CreateDStream();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new NotSupportedException("it needs the library libzstd.so.1 (package libzstd1)", e);
        }
        if (_stream == 0) throw new NotSupportedException("libzstd has no memory for a decoder");
        _ = ZstdLibrary.Check(ZstdLibrary.SetParameter(_stream, ZstdLibrary.WindowLogMax, MaxWindowLog));
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override unsafe int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_stream == 0, this);
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            int written;
            fixed (byte* input = _input, output = buffer)
            {
                var from = new ZstdBuffer { Data = (nint)input, Size = (nuint)_end, Position = (nuint)_at };
                var to = new ZstdBuffer { Data = (nint)output, Size = (nuint)buffer.Length };
                // Also without new input: the library may still hold output. At the end of a frame it holds none, and a call would begin another.
                if (_at < _end || _insideFrame) _insideFrame = ZstdLibrary.Check(ZstdLibrary.DecompressStream(_stream, ref to, ref from)) != 0;
                _at = (int)from.Position;
                written = (int)to.Position;
            }
            if (written > 0) return written;
            if (_at < _end) continue;
            _at = 0;
            _end = _packed.Read(_input);
            if (_end > 0) continue;
            if (_insideFrame) throw new InvalidDataException("the zstd data is cut short");
            return 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        var stream = Interlocked.Exchange(ref _stream, 0);
        if (stream != 0) _ = ZstdLibrary.FreeDStream(stream);
        if (disposing) _packed.Dispose();
        base.Dispose(disposing);
    }

    ~ZstdReadStream() => Dispose(false);
}
