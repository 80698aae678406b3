using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Files;

/// <summary>
/// A file that is only ever written to at its end (O_APPEND), so that others may write to it too, and may cut it short while it is open; or a FIFO, a terminal, a pipe.
/// What is written in one piece arrives in one piece: what was written of a piece before a regular file's disk was full is taken away again. Not for several threads at once.
/// </summary>
public sealed unsafe class AppendedFile : IDisposable
{
    private const int NewFileMode = 0b110_110_110;
    private const int SeekStart = 0;
    private const int SeekEnd = 2;
    private const int Slice = 100;

    private readonly bool _owned;
    private int _fd;
    private volatile bool _aborted;

    private AppendedFile(int fd, bool owned) => (_fd, _owned) = (fd, owned);

    /// <summary>Opens a file, or makes it. Does not wait for a FIFO's reader: without one it cannot be opened.</summary>
    /// <exception cref="IOException">It cannot be opened; the message says why, and no more.</exception>
    public static AppendedFile Open(string path)
    {
        var fd = Appending.Open(path, Appending.WriteOnly | Appending.Append | Appending.Create | Appending.NoTerminal | LibC.NonBlock | LibC.CloseOnExec, NewFileMode);
        return fd >= 0 ? new AppendedFile(fd, true) : throw Error();
    }

    /// <summary>Standard output; it stays open.</summary>
    public static AppendedFile OfStandardOutput() => new(1, false);

    /// <summary>Writes all of a piece, or nothing. A pipe that is full is waited for.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(ReadOnlySpan<byte> piece)
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        for (var written = 0; written < piece.Length;)
        {
            nint count;
            fixed (byte* start = piece[written..]) count = Appending.Write(_fd, start, (nuint)(piece.Length - written));
            if (count >= 0)
            {
                written += (int)count;
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error == Pipes.Interrupted) continue;
            if (error == Pipes.TryAgain && WaitForRoom()) continue;
            var failure = Error();
            if (written > 0) TakeBack(written);
            throw failure;
        }
    }

    /// <summary>Has the disk keep what was written.</summary>
    public void Sync()
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        if (Appending.Sync(_fd) != 0) throw Error();
    }

    /// <summary>Ends a wait for room in a pipe, from another thread; writing fails from then on where it would wait.</summary>
    public void Abort() => _aborted = true;

    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (_owned && fd >= 0) _ = Libc.Close(fd);
    }

    private bool WaitForRoom()
    {
        while (!_aborted)
        {
            var entry = new Inotify.PollEntry { Fd = _fd, Events = Inotify.PollEntry.Out };
            if (Inotify.Poll(&entry, 1, Slice) > 0) return true;
        }
        return false;
    }

    private void TakeBack(int written)
    {
        // Fails on what is no regular file, where nothing can be taken back.
        var end = Appending.Seek(_fd, 0, SeekEnd);
        if (end < written || Appending.Truncate(_fd, end - written) != 0) return;
        // Standard output may have been opened without O_APPEND.
        _ = Appending.Seek(_fd, end - written, SeekStart);
    }

    private static IOException Error() => new(Marshal.GetLastPInvokeErrorMessage());
}
