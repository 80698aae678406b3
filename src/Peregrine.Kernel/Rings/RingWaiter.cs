using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Rings;

/// <summary>Waits for rings to fill: an epoll set over their descriptors and one of our own to end the wait early.</summary>
internal sealed unsafe class RingWaiter : IDisposable
{
    private readonly int _epoll;
    private readonly int _wake;

    internal RingWaiter(Ring[] rings)
    {
        _epoll = Libc.EpollCreate(Libc.Cloexec);
        _wake = Libc.EventFd(0, Libc.Cloexec | Libc.NonBlock);
        if (_epoll < 0 || _wake < 0) throw new KernelException($"cannot wait for events ({Marshal.GetLastPInvokeErrorMessage()}): raise the limit of open files");
        Add(_wake, Libc.EpollIn);
        // At the edge: a ring that holds records is no reason to end a wait, only that it has woken its reader.
        foreach (var ring in rings) Add(ring.Fd, Libc.EpollIn | Libc.EpollEdge);
    }

    /// <summary>Sleeps until a ring wakes its reader, <see cref="WakeUp"/> is called, or the time is over. True when woken.</summary>
    internal bool Wait(TimeSpan timeout)
    {
        Libc.EpollEvent ready;
        var woken = Libc.EpollWait(_epoll, &ready, 1, timeout < TimeSpan.Zero ? -1 : (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue)) > 0;
        ulong count;
        _ = Libc.Read(_wake, &count, sizeof(ulong));
        return woken;
    }

    /// <summary>Sleeps a short time, whatever happens.</summary>
    internal static void Pause(TimeSpan time)
    {
        var left = new Libc.TimeSpec { Nanoseconds = (long)Math.Min(time.TotalNanoseconds, 999_999_999) };
        _ = Libc.NanoSleep(&left, null);
    }

    /// <summary>Ends a wait of another thread, or the next one.</summary>
    internal void WakeUp()
    {
        ulong one = 1;
        _ = Libc.Write(_wake, &one, sizeof(ulong));
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
    }

    private void Add(int fd, uint events)
    {
        var what = new Libc.EpollEvent { Events = events, Data = (ulong)fd };
        if (Libc.EpollControl(_epoll, Libc.EpollCtlAdd, fd, &what) < 0)
            throw new KernelException($"cannot wait for a ring ({Marshal.GetLastPInvokeErrorMessage()})");
    }
}
