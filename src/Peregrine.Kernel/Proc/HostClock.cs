using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc;

/// <summary>Leads from the kernel's clocks, which count from boot, to nanoseconds since the epoch.</summary>
public sealed class HostClock
{
    private const int RealTime = 0;
    private const int Monotonic = 1;
    private const int BootTime = 7;
    private const int ClockTicks = 2;

    /// <summary>Every pair of readings may be torn by an interruption; the tightest of several is right to well below a microsecond.</summary>
    private const int Attempts = 16;

    private HostClock(ulong bootTime, ulong monotonicStart, ulong ticksPerSecond)
    {
        BootEpoch = bootTime;
        MonotonicEpoch = monotonicStart;
        NanosecondsPerTick = 1_000_000_000 / ticksPerSecond;
    }

    /// <summary>When <c>CLOCK_BOOTTIME</c> was zero: add it to a boot-time stamp (those of the probe) to get nanoseconds since the epoch.</summary>
    public ulong BootEpoch { get; }

    /// <summary>The same for <c>CLOCK_MONOTONIC</c>, which stands still while the machine sleeps.</summary>
    public ulong MonotonicEpoch { get; }

    /// <summary>The length of the ticks that procfs counts in.</summary>
    public ulong NanosecondsPerTick { get; }

    /// <summary>Compares the clocks now. The distance changes when somebody sets the wall clock.</summary>
    /// <param name="bootEpoch">When boot was, where that is fixed already: event times and start times must agree. 0 to compare.</param>
    public static HostClock Read(ulong bootEpoch = 0)
    {
        var ticks = LibC.SysConf(ClockTicks);
        return new HostClock(bootEpoch != 0 ? bootEpoch : Distance(BootTime), Distance(Monotonic), ticks > 0 ? (ulong)ticks : 100);
    }

    /// <summary>Now, in nanoseconds since the epoch, by the clock that event times come from.</summary>
    public unsafe ulong Now
    {
        get
        {
            LibC.TimeSpec time;
            return LibC.ClockGetTime(BootTime, &time) == 0 ? BootEpoch + time.Total : 0;
        }
    }

    /// <summary>A start time of <c>/proc/PID/stat</c> in nanoseconds since the epoch.</summary>
    public ulong FromTicks(ulong ticks) => BootEpoch + ticks * NanosecondsPerTick;

    private static unsafe ulong Distance(int clock)
    {
        var best = ulong.MaxValue;
        ulong result = 0;
        for (var i = 0; i < Attempts; i++)
        {
            LibC.TimeSpec before, wall, after;
            if (LibC.ClockGetTime(clock, &before) != 0 || LibC.ClockGetTime(RealTime, &wall) != 0 || LibC.ClockGetTime(clock, &after) != 0) return 0;
            var width = after.Total - before.Total;
            if (width >= best) continue;
            best = width;
            result = wall.Total - (before.Total + width / 2);
        }
        return result;
    }
}
