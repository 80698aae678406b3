using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Files;

/// <summary>Why a wait for changes ended.</summary>
public enum ChangeWait
{
    TimedOut,
    /// <summary>Another thread called <see cref="FileChanges.WakeUp"/>.</summary>
    WokenUp,
    /// <summary>Something changed in a watched folder; which file, the caller finds out by looking.</summary>
    Changed,
}

/// <summary>
/// Waits until something changes in some folders. Folders are watched and not files: a file that is replaced by another (a rename, a link that is turned) is another file afterwards.
/// Writes are seen when the writer closes the file, so that logs in the same folder cost nothing. For one waiting thread; others may only wake it.
/// </summary>
public sealed unsafe class FileChanges : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly int _wake;
    private readonly Dictionary<string, int> _watches = new(StringComparer.Ordinal);
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Lock _gate = new();
    private int _inotify = -1;
    private bool _disposed;

    /// <exception cref="KernelException">No descriptor is left.</exception>
    public FileChanges()
    {
        _wake = Libc.EventFd(0, Libc.Cloexec | Libc.NonBlock);
        if (_wake < 0) throw new KernelException($"cannot wait for changes of files ({Marshal.GetLastPInvokeErrorMessage()}): raise the limit of open files");
    }

    /// <summary>Watches these folders from now on, and no others. What cannot be watched is returned with the reason; the others are watched.</summary>
    public IReadOnlyList<(string Folder, string Reason)> Watch(IReadOnlyCollection<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var refused = new List<(string, string)>();
        if (folders.Count > 0 && _inotify < 0 && (_inotify = Inotify.Init(Libc.Cloexec | Libc.NonBlock)) < 0)
            return [.. folders.Select(f => (f, Marshal.GetLastPInvokeErrorMessage()))];
        // Adding a folder that is watched already gives its watch again; a name that now leads to another folder gives another watch.
        var watches = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var watch = Inotify.Add(_inotify, folder, Inotify.Changes | Inotify.OnlyDirectories);
            if (watch < 0) refused.Add((folder, Marshal.GetLastPInvokeErrorMessage()));
            else watches[folder] = watch;
        }
        foreach (var old in _watches.Values)
            if (!watches.ContainsValue(old)) _ = Inotify.Remove(_inotify, old);
        _watches.Clear();
        foreach (var (folder, watch) in watches) _watches[folder] = watch;
        return refused;
    }

    /// <summary>Waits for a change or a wake-up; a negative time waits without end.</summary>
    public ChangeWait Wait(TimeSpan timeout)
    {
        var entries = stackalloc Inotify.PollEntry[2];
        entries[0] = new Inotify.PollEntry { Fd = _wake, Events = Inotify.PollEntry.In };
        // A negative descriptor is passed over by the kernel.
        entries[1] = new Inotify.PollEntry { Fd = _inotify, Events = Inotify.PollEntry.In };
        var milliseconds = timeout < TimeSpan.Zero ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        if (Inotify.Poll(entries, 2, milliseconds) <= 0) return ChangeWait.TimedOut;
        if (entries[0].Ready != 0)
        {
            ulong count;
            _ = Libc.Read(_wake, &count, sizeof(ulong));
            return ChangeWait.WokenUp;
        }
        fixed (byte* buffer = _buffer)
        {
            while (Libc.Read(_inotify, buffer, BufferSize) > 0)
            {
            }
        }
        return ChangeWait.Changed;
    }

    /// <summary>Ends a wait of another thread, or the next one.</summary>
    public void WakeUp()
    {
        lock (_gate)
        {
            // A descriptor that was given back may be somebody else's by now.
            if (_disposed) return;
            ulong one = 1;
            _ = Libc.Write(_wake, &one, sizeof(ulong));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _ = Libc.Close(_wake);
            if (_inotify >= 0) _ = Libc.Close(_inotify);
        }
    }
}
