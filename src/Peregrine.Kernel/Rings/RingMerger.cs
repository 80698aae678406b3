using Peregrine.Events;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Rings;

/// <summary>
/// Hands the records of all rings to a sink in order of time. A record waits while an earlier one may still come from another CPU: from
/// one that is building a record, no longer than the merge window; from one at rest, not at all.
/// </summary>
/// <remarks>Not thread-safe: one reader drains.</remarks>
internal sealed class RingMerger
{
    /// <summary>
    /// A CPU marks itself busy, then takes the time. The mark may become visible a little later than the clock was read; this is far more.
    /// </summary>
    private const ulong MarkDelay = 5_000;

    /// <summary>A drain ends after this many records, so that its caller gets to its other work.</summary>
    private const int MaxRecords = 65_536;

    private readonly CpuStates _cpus;

    /// <summary>Of CPUs that have not been online so far: they are looked into once for each drain, not for each record.</summary>
    private readonly List<Ring> _asleep;
    private readonly ulong _bootTime;
    private readonly ulong _window;
    private Ring[] _rings;

    /// <param name="rings">Of all CPUs.</param>
    /// <param name="online">The CPUs that run; the others may come later.</param>
    /// <param name="cpus">What the probe tells of each CPU.</param>
    /// <param name="bootTime">Of the machine, in nanoseconds since the epoch.</param>
    /// <param name="window">How long a record may wait for one that is being written.</param>
    internal RingMerger(Ring[] rings, IReadOnlyList<int> online, CpuStates cpus, ulong bootTime, TimeSpan window)
    {
        (_cpus, _bootTime, _window) = (cpus, bootTime, (ulong)window.TotalNanoseconds);
        _rings = [.. rings.Where(r => online.Contains(r.Cpu))];
        _asleep = [.. rings.Except(_rings)];
    }

    /// <summary>Whether the last drain left records behind: held for their order, or for the next call.</summary>
    internal bool HoldsRecords { get; private set; }

    internal int Drain(IEventSink sink)
    {
        var count = 0;
        for (var i = _asleep.Count - 1; i >= 0; i--)
            if (_asleep[i].HasData) Awake(i);
        while (count < MaxRecords)
        {
            var limit = Limit(out var first, out var until);
            if (first is null)
            {
                HoldsRecords = false;
                break;
            }
            if (first.Time > limit)
            {
                HoldsRecords = true;
                break;
            }
            count += DrainRun(first, Math.Min(limit, until), sink, MaxRecords - count);
            HoldsRecords = true;
        }
        foreach (var ring in _rings) ring.Release();
        return count;
    }

    /// <summary>A CPU has come online; from here on it counts as the others do, whatever becomes of it.</summary>
    private void Awake(int index)
    {
        _rings = [.. _rings, _asleep[index]];
        _asleep.RemoveAt(index);
    }

    /// <summary>Hands out records of one ring up to a time: none of another ring comes before them.</summary>
    private static int DrainRun(Ring ring, ulong until, IEventSink sink, int max)
    {
        var count = 0;
        var cpu = (ushort)ring.Cpu;
        do
        {
            sink.OnEvent(cpu, EventView.Trusted(ring.Record));
            ring.Advance();
            count++;
        }
        while (count < max && ring.TryPeek() && ring.Time <= until);
        return count;
    }

    /// <summary>
    /// Finds the ring with the earliest record, the time of the next ring's, and up to which time nothing earlier can come any more.
    /// </summary>
    private ulong Limit(out Ring? first, out ulong until)
    {
        first = null;
        until = ulong.MaxValue;
        var earliest = ulong.MaxValue;
        var limit = ulong.MaxValue;
        ulong now = 0;
        foreach (var ring in _rings)
        {
            if (!ring.TryPeek())
            {
                if (now == 0) now = _bootTime + Libc.Nanoseconds(Libc.ClockBoottime);
                // The order matters: clock, mark, ring. A record that ended between the mark and the look into the ring is seen there.
                var busy = _cpus.IsBusy(ring.Cpu);
                if (!ring.TryPeek())
                {
                    limit = Math.Min(limit, now - (busy ? _window : MarkDelay));
                    continue;
                }
            }
            var time = ring.Time;
            if (time < earliest)
            {
                until = earliest;
                (earliest, first) = (time, ring);
            }
            else if (time < until)
            {
                until = time;
            }
        }
        return limit;
    }
}
