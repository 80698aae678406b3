using System.Text;
using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class process on the thread that caused the event.</summary>
internal static class ThreadFields
{
    private const int Kilobyte = 1024;

    /// <summary>More than that is shown as that, in percent.</summary>
    private const double FullCpu = 100;

    public static readonly Field[] All =
    [
        Declare.Id("thread.tid", ParamType.Int64, "Thread ID", Process, "Thread id.", static (ref c, _, ref v) => v.Set(c.Event.ThreadId)),
        Declare.Flag("thread.ismain", "Main Thread", Process, "True for the main thread of its process.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.IsLeader)),
        Declare.Id("thread.vtid", ParamType.Int64, "Virtual Thread ID", Process, "Thread id in the process's own pid namespace.", static (ref c, _, ref v) => c.Thread is { VirtualTid: not -1 } t && v.Set(t.VirtualTid)),
        Declare.Text("thread.nametid", "Thread Name + ID", Process, "Name and id of the thread in one.", NameAndId).TableOnly(),
        Declare.Amount("thread.exectime", ParamType.Reltime, "Scheduled Thread CPU Time", Event, "Of a switch between threads, the nanoseconds that the thread ran; captures only.",
            static (ref c, _, ref v) => SwitchedFrom(ref c) is { } times && v.Set(times.LastRun)),
        Declare.Amount("thread.totexectime", ParamType.Reltime, "Current Thread CPU Time", Event, "Of a switch between threads, the nanoseconds that the thread ran in all; captures only.",
            static (ref c, _, ref v) => SwitchedFrom(ref c) is { } times && v.Set(times.TotalRun)),
        Declare.Text("thread.cgroups", "Thread Cgroups", Process, "The thread's control groups as subsystem=path, joined by blanks.", Cgroups),
        Declare.Text("thread.cgroup", "Thread Cgroup", Process, "The thread's control group in the subsystem that follows the dot (thread.cgroup.memory).", Cgroup)
            .With(FieldArgument.Required | FieldArgument.Suffix, ParseSubsystem),
        Cpu("thread.cpu", "Thread CPU", "Of a report on a thread, its CPU time since the report before, which is its share of a CPU in percent when there is one a second; captures only.",
            static t => t.User + t.System, static t => t.UserBefore + t.SystemBefore),
        Cpu("thread.cpu.user", "Thread User CPU", "The same, in user mode.", static t => t.User, static t => t.UserBefore),
        Cpu("thread.cpu.system", "Thread System CPU", "The same, in the kernel.", static t => t.System, static t => t.SystemBefore),
        Declare.Amount("thread.vmsize", ParamType.Uint64, "Thread VM Size (kb)", Event, "Of a main thread, the process's virtual memory in kB; 0 for other threads.", static (ref c, _, ref v) => Memory(ref c, static t => t.VmSizeKb, ref v)),
        Declare.Amount("thread.vmrss", ParamType.Uint64, "Thread VM RSS (kb)", Event, "Of a main thread, the process's memory in RAM in kB; 0 for other threads.", static (ref c, _, ref v) => Memory(ref c, static t => t.VmRssKb, ref v)),
        Declare.Amount("thread.vmsize.b", ParamType.Uint64, "Thread VM Size (b)", Event, "Of a main thread, the process's virtual memory in bytes; 0 for other threads.",
            static (ref c, _, ref v) => Memory(ref c, static t => t.VmSizeKb * (long)Kilobyte, ref v)).TableOnly(),
        Declare.Amount("thread.vmrss.b", ParamType.Uint64, "Thread VM RSS (b)", Event, "Of a main thread, the process's memory in RAM in bytes; 0 for other threads.",
            static (ref c, _, ref v) => Memory(ref c, static t => t.VmRssKb * (long)Kilobyte, ref v)).TableOnly(),
    ];

    private static Field Cpu(string name, string display, string description, Func<ThreadTimes, ulong> now, Func<ThreadTimes, ulong> before) =>
        new(name, ParamType.Double, Event, description, (ref c, _, ref v) =>
        {
            if (c.Event.Type != EventType.ProcinfoE || c.Thread?.Times is not { } times) return false;
            // The first report has nothing to be compared with; one that shrinks is another thread's.
            var (since, until) = (before(times), now(times));
            return v.Set(since == 0 || until < since ? 0 : Math.Min(until - since, FullCpu));
        })
        { DisplayName = display, Format = PrintFormat.Na };

    private static ThreadTimes? SwitchedFrom(ref EventContext context) =>
        context.Event.Type == EventType.Schedswitch_6E ? context.Thread?.Times : null;

    private static bool Memory(ref EventContext context, Func<ThreadEntry, long> amount, ref FieldValue value) =>
        context.Thread is { } thread && value.Set(thread.IsLeader ? amount(thread) : 0);

    private static bool NameAndId(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (context.Thread is not { } thread) return false;
        value.Buffer.Begin();
        value.Buffer.Append(thread.Comm);
        value.Buffer.Append(context.Event.ThreadId);
        return value.Set(value.Buffer.End());
    }

    private static bool Cgroups(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (context.Thread is not { Cgroups.Length: > 0 } thread) return false;
        value.Buffer.Begin();
        ReadOnlySpan<byte> rest = thread.Cgroups;
        while (!rest.IsEmpty)
        {
            if (value.Buffer.OpenLength > 0) value.Buffer.Append((byte)' ');
            var group = ControlGroup.Next(ref rest);
            value.Buffer.Append(group.Subsystem);
            value.Buffer.Append((byte)'=');
            value.Buffer.Append(group.Path);
        }
        return value.Set(value.Buffer.End());
    }

    private static bool Cgroup(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (context.Thread is not { } thread) return false;
        ReadOnlySpan<byte> rest = thread.Cgroups;
        while (!rest.IsEmpty)
        {
            var group = ControlGroup.Next(ref rest);
            if (group.Subsystem.SequenceEqual(arg.Utf8)) return value.Set(group.Path);
        }
        return false;
    }

    /// <summary>Letters and underscores after a dot.</summary>
    private static bool ParseSubsystem(string tail, out int consumed, out FieldArg arg)
    {
        arg = FieldArg.None;
        consumed = 0;
        // thread.cgroups is a field of its own.
        if (tail.StartsWith('s')) return false;
        if (!tail.StartsWith('.')) throw new FilterException("filter syntax error: thread.cgroup" + tail);
        consumed = 1;
        while (consumed < tail.Length && (char.IsAsciiLetter(tail[consumed]) || tail[consumed] == '_')) consumed++;
        var name = tail[1..consumed];
        arg = new() { Text = name, Utf8 = Encoding.UTF8.GetBytes(name) };
        return name.Length > 0;
    }
}
