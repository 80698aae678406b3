using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Files;

/// <summary>
/// Reads a pipe, a FIFO, a terminal or standard input, whatever that is. Waiting for bytes, or for somebody to write to a FIFO at all, ends when it is told to stop: it reads as ended then.
/// </summary>
public sealed unsafe class PipeInputStream : Stream
{
    /// <summary>How late a stop is noticed while nothing comes.</summary>
    private const int Slice = 100;

    private readonly CancellationToken _stop;
    private readonly bool _owned;
    private int _fd;

    private PipeInputStream(int fd, bool owned, CancellationToken stop) => (_fd, _owned, _stop) = (fd, owned, stop);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Whether this is a file that opening or reading may wait at: anything but a regular file or a disk.</summary>
    public static bool IsPipe(string path) => StatX.At(path, 0)?.Kind is FileKind.Fifo or FileKind.Character or FileKind.Socket;

    /// <summary>Does not wait for a writer.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static PipeInputStream Open(string path, CancellationToken stop)
    {
        var fd = Pipes.Open(path, LibC.ReadOnly | LibC.NonBlock | LibC.CloseOnExec);
        return fd >= 0 ? new PipeInputStream(fd, true, stop) : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>Standard input; it stays open.</summary>
    public static PipeInputStream OfStandardInput(CancellationToken stop) => new(0, false, stop);

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        if (buffer.IsEmpty) return 0;
        while (!_stop.IsCancellationRequested)
        {
            var entry = new Inotify.PollEntry { Fd = _fd, Events = Inotify.PollEntry.In };
            if (Inotify.Poll(&entry, 1, Slice) <= 0) continue;
            nint count;
            fixed (byte* target = buffer) count = Pipes.Read(_fd, target, (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            if (Marshal.GetLastPInvokeError() is not (Pipes.TryAgain or Pipes.Interrupted)) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
        return 0;
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
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (_owned && fd >= 0) _ = Libc.Close(fd);
        base.Dispose(disposing);
    }

    ~PipeInputStream() => Dispose(false);
}
