namespace Peregrine.Kernel.Compression;

/// <summary>Packs zstd into a stream, which it owns: one frame with a checksum, ended by disposing of it. Not thread-safe.</summary>
public sealed class ZstdWriteStream : Stream
{
    /// <summary>The library's own default: about as fast as gzip's fastest, and much smaller.</summary>
    private const int Level = 3;

    private readonly Stream _packed;
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(128 * 1024);
    private nint _context;

    /// <summary>Throws <see cref="NotSupportedException"/> when libzstd is not installed.</summary>
    public ZstdWriteStream(Stream packed)
    {
        _packed = packed;
        try
        {
            _context = ZstdLibrary.CreateCompressor();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new NotSupportedException("it needs the library libzstd.so.1 (package libzstd1)", e);
        }
        if (_context == 0) throw new NotSupportedException("libzstd has no memory for an encoder");
        _ = ZstdLibrary.Check(ZstdLibrary.SetCompressorParameter(_context, ZstdLibrary.CompressionLevel, Level));
        _ = ZstdLibrary.Check(ZstdLibrary.SetCompressorParameter(_context, ZstdLibrary.ChecksumFlag, 1));
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!buffer.IsEmpty) Pack(buffer, ZstdLibrary.Continue);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        Pack(default, ZstdLibrary.Flush);
        _packed.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing && _context != 0) Pack(default, ZstdLibrary.End);
        }
        finally
        {
            var context = Interlocked.Exchange(ref _context, 0);
            if (context != 0) _ = ZstdLibrary.FreeCompressor(context);
            if (disposing) _packed.Dispose();
            base.Dispose(disposing);
        }
    }

    ~ZstdWriteStream() => Dispose(false);

    private unsafe void Pack(ReadOnlySpan<byte> buffer, int operation)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        fixed (byte* input = buffer, output = _output)
        {
            var from = new ZstdBuffer { Data = (nint)input, Size = (nuint)buffer.Length };
            while (true)
            {
                var to = new ZstdBuffer { Data = (nint)output, Size = (nuint)_output.Length };
                var left = ZstdLibrary.Check(ZstdLibrary.CompressStream(_context, ref to, ref from, operation));
                if (to.Position > 0) _packed.Write(_output, 0, (int)to.Position);
                // While packing goes on, what is left is the library's to keep; a flush and the end are done when nothing is left.
                if (operation == ZstdLibrary.Continue ? from.Position == from.Size : left == 0) return;
            }
        }
    }
}
