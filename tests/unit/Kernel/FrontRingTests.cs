using Peregrine.Events;
using Peregrine.Kernel;
using Peregrine.Kernel.Rings;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Order and wholeness of one CPU's records, where some lie in its front ring and some in the ring behind.</summary>
[Collection(ProbeTests.Name)]
public sealed class FrontRingTests
{
    /// <summary>Takes all that a test makes, should its reader get no CPU meanwhile.</summary>
    private const int Ring = 16 * 1024 * 1024;

    /// <summary>Descriptors below this are numbers of calls, which no other program makes.</summary>
    private const int First = -1_000_000;

    /// <summary>Its record is longer than any that the front ring takes.</summary>
    private static readonly string LongPath = string.Concat(Enumerable.Repeat("/peregrine-test", 272));

    [Fact]
    public void What_the_front_ring_has_no_room_for_comes_behind_what_it_holds()
    {
        const int Calls = 40_000; // of 56 bytes: eight times what it holds
        using var session = Start();
        var numbers = new Numbers();
        Run(Calls, static i => Close(First - i)).Join();
        session.Probe.SetSyscalls([]);
        session.DrainAll(numbers);
        AssertWhole(session, numbers, Calls);
    }

    [Fact]
    public void A_reader_that_keeps_up_reads_short_and_long_records_in_their_order()
    {
        const int Calls = 60_000;
        using var session = Start();
        var numbers = new Numbers();
        // A long record sends all that follow behind, until the reader has emptied that ring: it changes over all the time.
        var load = Run(Calls, static i =>
        {
            if (i % 50 == 49) Invoke(SyscallCode.Openat, First - i, Text(LongPath), 0, 0);
            else Close(First - i);
        });
        while (load.IsAlive) session.Probe.Drain(numbers);
        session.Probe.SetSyscalls([]);
        session.DrainAll(numbers);
        AssertWhole(session, numbers, Calls);
    }

    [Fact]
    public void Small_rings_have_none_in_front()
    {
        Assert.Equal(0, FrontRing.Cpus(256 * 1024, [0, 1]));
        Assert.Equal(6, FrontRing.Cpus(8 * 1024 * 1024, [0, 5]));
    }

    private static ProbeSession Start() => ProbeSession.Start([SyscallCode.Close, SyscallCode.Openat], new() { OwnThreadGroup = 0, RingBytes = Ring });

    private static void AssertWhole(ProbeSession session, Numbers numbers, int calls)
    {
        var seen = session.Probe.Statistics;
        Assert.Equal(0ul, seen.Dropped);
        Assert.Equal(seen.Generated, seen.Read);
        Assert.Equal((calls, 0), (numbers.Count, numbers.Disorder));
    }

    /// <summary>Makes numbered calls on one CPU.</summary>
    private static Thread Run(int calls, Action<int> call)
    {
        var thread = new Thread(() =>
        {
            Invoke(SyscallCode.SchedSetaffinity, 0, 8, Longs(1));
            for (var i = 0; i < calls; i++) call(i);
        });
        thread.Start();
        return thread;
    }

    private sealed class Numbers : IEventSink
    {
        public int Count { get; private set; }

        public int Disorder { get; private set; }

        public void OnEvent(ushort cpu, in EventView e)
        {
            var fd = e.Type switch
            {
                EventType.SyscallCloseX => e.Int(EventParams.SyscallCloseX.Fd),
                EventType.SyscallOpenat_2X => e.Int(EventParams.SyscallOpenat_2X.Dirfd),
                _ => 0,
            };
            if (fd > First) return;
            if (fd != First - Count) Disorder++;
            Count++;
        }
    }
}
