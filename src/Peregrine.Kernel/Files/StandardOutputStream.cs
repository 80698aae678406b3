namespace Peregrine.Kernel.Files;

/// <summary>
/// Standard output, each piece written in one go and without a buffer. Unlike .NET's own stream it fails when nobody reads any more, so that who counts what was written counts right.
/// </summary>
public sealed class StandardOutputStream : Stream
{
    private readonly AppendedFile _file = AppendedFile.OfStandardOutput();
    private readonly Lock _gate = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate) _file.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
