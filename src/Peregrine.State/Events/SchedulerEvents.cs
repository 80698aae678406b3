using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Switches between threads and reports on the CPU time of threads. Captures have them; the probe records neither.</summary>
internal static class SchedulerEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.Schedswitch_6E] = Switch;
        handlers[(int)EventType.ProcinfoE] = Report;
    }

    private static void Switch(StateEngine state, ref EventContext context)
    {
        var ran = state.Switches.Note(context.Cpu, context.Event.Timestamp);
        if (context.Thread is not { } thread) return;
        var times = thread.Times ??= new ThreadTimes();
        (times.LastRun, times.TotalRun) = (ran, times.TotalRun + ran);
        thread.PageFaultsMajor = context.Event.Uint(EventParams.Schedswitch_6E.PgftMaj, thread.PageFaultsMajor);
        thread.PageFaultsMinor = context.Event.Uint(EventParams.Schedswitch_6E.PgftMin, thread.PageFaultsMinor);
        if (thread.Group.Leader is not { } leader) return;
        leader.VmSizeKb = (uint)context.Event.Uint(EventParams.Schedswitch_6E.VmSize, leader.VmSizeKb);
        leader.VmRssKb = (uint)context.Event.Uint(EventParams.Schedswitch_6E.VmRss, leader.VmRssKb);
        leader.VmSwapKb = (uint)context.Event.Uint(EventParams.Schedswitch_6E.VmSwap, leader.VmSwapKb);
    }

    private static void Report(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread) return;
        var times = thread.Times ??= new ThreadTimes();
        (times.UserBefore, times.SystemBefore) = (times.User, times.System);
        (times.User, times.System) = (context.Event.Uint(EventParams.ProcinfoE.CpuUsr), context.Event.Uint(EventParams.ProcinfoE.CpuSys));
    }
}

/// <summary>When each CPU last switched to another thread.</summary>
internal sealed class CpuSwitches
{
    private ulong[] _last = [];

    /// <summary>Takes down a switch; gives the nanoseconds since the one before on this CPU, 0 for the first.</summary>
    public ulong Note(ushort cpu, ulong time)
    {
        if (cpu >= _last.Length) Array.Resize(ref _last, cpu + 1);
        var before = _last[cpu];
        _last[cpu] = time;
        return before == 0 || before > time ? 0 : time - before;
    }
}
