using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on what a process uses: descriptors, memory, page faults, threads.</summary>
internal static class ProcessResourceFields
{
    public static readonly Field[] All =
    [
        Declare.Amount("proc.fdopencount", ParamType.Uint64, "FD Count", Event, "How many descriptors the process has open.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(OpenCount(t))),
        Declare.Amount("proc.fdlimit", ParamType.Int64, "FD Limit", Event, "How many descriptors the process may have open.", static (ref c, _, ref v) => c.Thread is { } t && v.Set((Ancestry.Main(t) ?? t).FdLimit)),
        new("proc.fdusage", ParamType.Double, Event, "Open descriptors in percent of the limit.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(Usage(t))) { DisplayName = "FD Usage", Format = PrintFormat.Na },
        Declare.Amount("proc.vmsize", ParamType.Uint64, "VM Size", Event, "Virtual memory in kB.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.VmSizeKb)),
        Declare.Amount("proc.vmrss", ParamType.Uint64, "VM RSS", Event, "Memory in RAM in kB.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.VmRssKb)),
        Declare.Amount("proc.vmswap", ParamType.Uint64, "VM Swap", Event, "Memory swapped out in kB.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.VmSwapKb)),
        Declare.Amount("thread.pfmajor", ParamType.Uint64, "Major Page Faults", Event, "Page faults that had to read from a disk, since the thread was started.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.PageFaultsMajor)),
        Declare.Amount("thread.pfminor", ParamType.Uint64, "Minor Page Faults", Event, "Page faults that memory answered, since the thread was started.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.PageFaultsMinor)),
        Declare.Amount("proc.nthreads", ParamType.Uint64, "Threads", Event, "How many threads of the process are alive.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.IsKnown ? t.Group.ThreadCount : 0)),
        Declare.Amount("proc.nchilds", ParamType.Uint64, "Children", Event, "How many threads of the process are alive besides its main thread.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(NotMain(t))),
    ];

    private static long OpenCount(ThreadEntry thread) => thread.IsKnown ? thread.Fds.Count : 0;

    private static double Usage(ThreadEntry thread)
    {
        var limit = (Ancestry.Main(thread) ?? thread).FdLimit;
        return limit > 0 ? OpenCount(thread) * 100.0 / limit : 0;
    }

    private static long NotMain(ThreadEntry thread)
    {
        if (!thread.IsKnown) return 0;
        return thread.Group.ThreadCount - (thread.Group.Leader is { IsDead: false } ? 1 : 0);
    }
}
