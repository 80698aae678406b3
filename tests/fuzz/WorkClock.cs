using System.Globalization;

namespace Peregrine.Fuzz;

/// <summary>How long a thread has worked: the CPU's time for it alone. What else the machine does, and what the runtime does beside the thread, does not count.</summary>
internal sealed class WorkClock
{
    private readonly string _file;
    private TimeSpan _last;

    private WorkClock(string file) => _file = file;

    /// <summary>The clock of the thread that calls this; every thread may read it.</summary>
    public static WorkClock OfThisThread()
    {
        var thread = new FileInfo("/proc/thread-self").LinkTarget ?? throw new PlatformNotSupportedException("/proc is needed");
        return new(Path.Combine("/proc", thread, "schedstat"));
    }

    /// <remarks>schedstat(5): time on the CPU and time spent waiting for it, in nanoseconds, and how often the thread was run.</remarks>
    public TimeSpan Elapsed
    {
        get
        {
            try
            {
                var text = File.ReadAllText(_file);
                return _last = TimeSpan.FromMicroseconds(long.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture) / 1000);
            }
            catch (IOException)
            {
                // The thread is at its end.
                return _last;
            }
        }
    }
}
