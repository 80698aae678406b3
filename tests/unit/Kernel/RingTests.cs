using System.Diagnostics;
using Peregrine.Events;
using Peregrine.Kernel;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Order, counting and loss of the probe's records.</summary>
[Collection(ProbeTests.Name)]
public sealed class RingTests(ProbeFixture fixture)
{
    /// <summary>Longer than any machine holds a thread up; no measure of speed.</summary>
    private static readonly TimeSpan NeverWoken = TimeSpan.FromMinutes(1);

    private ProbeSession Session => fixture.Session;

    [Fact]
    public void Events_of_all_cpus_come_in_order_of_time()
    {
        // Records wait for a CPU that is held up while it writes one, on a shared machine for many milliseconds: here for as long as it takes.
        using var session = ProbeSession.Start([], new() { OwnThreadGroup = 0, RingBytes = 4 * 1024 * 1024, MergeWindow = NeverWoken });
        ulong last = 0;
        var disorder = 0;
        var mine = 0;
        var cpus = new HashSet<ushort>();
        // The barrier keeps the threads running side by side, so that more than one CPU has a part.
        using var together = new Barrier(4);
        session.Record([SyscallCode.Close], () =>
        {
            var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
            {
                // On a busy machine the scheduler may else leave all of them on one CPU.
                Invoke(SyscallCode.SchedSetaffinity, 0, 8, Longs(1L << (n % Math.Min(Environment.ProcessorCount, 63))));
                for (var i = 0; i < 5000; i++)
                {
                    if (i % 100 == 0) together.SignalAndWait();
                    Close(-8);
                }
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
        }, e =>
        {
            if (e.Timestamp < last) disorder++;
            last = e.Timestamp;
            cpus.Add(e.Cpu);
            if (e.Type == EventType.SyscallCloseX && e.Int("fd") == -8) mine++;
            return false;
        }, () => mine == 20_000);
        Assert.Equal(20_000, mine);
        Assert.Equal(0, disorder);
        Assert.Equal(Math.Min(2, Environment.ProcessorCount), Math.Min(2, cpus.Count));
    }

    /// <param name="ringBytes">Without a ring in front of it, and with one.</param>
    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(1024 * 1024)]
    public void What_does_not_fit_is_counted_to_the_last_record(int ringBytes)
    {
        using var session = ProbeSession.Start([SyscallCode.Close], new() { OwnThreadGroup = 0, RingBytes = ringBytes });
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 50_000; i++) Close(-7);
        });
        session.Probe.SetSyscalls([]);
        session.DrainAll();
        var seen = session.Probe.Statistics;
        Assert.InRange(seen.Generated, 200_000ul, ulong.MaxValue);
        Assert.InRange(seen.Total.DroppedInBuffer, 1ul, ulong.MaxValue);
        Assert.Equal(0ul, seen.DroppedBy(DropReason.Bug) + seen.DroppedBy(DropReason.NoRing) + seen.DroppedBy(DropReason.TooLarge));
        Assert.Equal(seen.Generated, seen.Read + seen.Dropped);
        Assert.Equal(seen.Written, seen.Read);
        Assert.InRange(seen.Total.DroppedInBufferOf(EventClass.Close), 1ul, seen.Total.GeneratedOf(EventClass.Close));
        foreach (var cpu in seen.Cpus) Assert.Equal(cpu.Generated, cpu.Read + cpu.Dropped);
    }

    [Fact]
    public void A_ring_that_fills_keeps_room_for_files_and_more_for_processes()
    {
        const int Size = 256 * 1024;
        using var session = ProbeSession.Start([SyscallCode.Getrlimit, SyscallCode.Close, SyscallCode.Setpgid], new() { OwnThreadGroup = 0, RingBytes = Size });
        // Bulk first, then files, then processes, each far more than the ring could take: each rank stops at its own mark.
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            for (var i = 0; i < 20_000; i++) Invoke(SyscallCode.Getrlimit, -1, 0);
        });
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            for (var i = 0; i < 20_000; i++) Close(-7);
        });
        for (var i = 0; i < 500; i++) Invoke(SyscallCode.Setpgid, -1, -1);
        session.Probe.SetSyscalls([]);
        var seen = session.Probe.Statistics;
        Assert.InRange(seen.Total.DroppedBy(DropReason.Reserved, EventClass.Routine), 1ul, ulong.MaxValue);
        Assert.InRange(seen.Total.DroppedBy(DropReason.Reserved, EventClass.Close), 1ul, ulong.MaxValue);
        Assert.Equal(0ul, seen.DroppedOf(EventClass.OtherInterest));
        Assert.Equal(0ul, seen.DroppedBy(DropReason.RingFull));
        session.DrainAll();
        // Once the ring is empty, everything is taken again.
        var before = session.Probe.Statistics;
        session.Probe.SetSyscalls([SyscallCode.Getrlimit]);
        for (var i = 0; i < 100; i++) Invoke(SyscallCode.Getrlimit, -1, 0);
        session.Probe.SetSyscalls([]);
        session.DrainAll();
        var after = session.Probe.Statistics.Since(before);
        Assert.InRange(after.Generated, 100ul, ulong.MaxValue);
        Assert.Equal(0ul, after.Dropped);
    }

    [Fact]
    public void Failed_calls_are_left_out_when_that_is_asked_for()
    {
        using var session = ProbeSession.Start([], new() { OwnThreadGroup = 0, RingBytes = 1024 * 1024, DropFailed = true });
        var mine = ProbeSession.FromThisThread(EventType.SyscallOpenX);
        var seen = session.Record([SyscallCode.Open], () =>
        {
            Invoke(SyscallCode.Open, Text("/nowhere/to/be/found"), 0, 0);
            Close(Open("/dev/null"));
        }, e => mine(e));
        Assert.Equal("/dev/null", Assert.Single(seen).Text("name"));
    }

    [Fact]
    public void A_load_that_is_drained_meanwhile_is_counted_to_the_last_record()
    {
        Session.Probe.SetSyscalls([]);
        Session.DrainAll();
        var before = Session.Probe.Statistics;
        var done = false;
        Session.Probe.SetSyscalls([SyscallCode.Close]);
        var load = new Thread(() =>
        {
            for (var i = 0; i < 200_000; i++) Close(-7);
            Volatile.Write(ref done, true);
        });
        load.Start();
        var count = new Counter();
        while (!Volatile.Read(ref done))
            if (Session.Probe.Drain(count) == 0) Session.Probe.Wait(TimeSpan.FromMilliseconds(5));
        Session.Probe.SetSyscalls([]);
        load.Join();
        Session.DrainAll(count);
        var after = Session.Probe.Statistics;
        // A reader that the machine leaves without a CPU for long may lose records, but must know how many.
        var dropped = after.Dropped - before.Dropped;
        Assert.Equal(after.Generated - before.Generated, after.Read - before.Read + dropped);
        Assert.Equal((ulong)count.Count, after.Read - before.Read);
        Assert.InRange((ulong)count.Count + dropped, 200_000ul, ulong.MaxValue);
    }

    [Fact]
    public void A_sleeping_reader_is_woken_by_the_first_event()
    {
        Session.Probe.SetSyscalls([]);
        Session.DrainAll();
        Session.Probe.SetSyscalls([SyscallCode.Close]);
        var counter = new Counter();
        while (Session.Probe.Drain(counter) > 0 || Session.Probe.Wait(TimeSpan.Zero))
        {
        }
        var clock = Stopwatch.StartNew();
        var load = new Thread(() =>
        {
            Thread.Sleep(50);
            Close(-7);
        });
        load.Start();
        var found = false;
        while (!found && clock.Elapsed < NeverWoken)
        {
            Session.Probe.Wait(NeverWoken);
            found = Session.Probe.Drain(counter) > 0;
        }
        load.Join();
        Session.Probe.SetSyscalls([]);
        Assert.True(clock.Elapsed < NeverWoken);
    }

    [Fact]
    public void A_ring_that_fills_ends_the_wait_in_which_few_events_gather()
    {
        using var session = ProbeSession.Start([SyscallCode.Close], new() { OwnThreadGroup = 0, RingBytes = 1024 * 1024, SparseDrainInterval = TimeSpan.FromMinutes(10) });
        var counter = new Counter();
        Close(-7);
        while (session.Probe.Drain(counter) == 0) Thread.Sleep(1);
        while (session.Probe.Drain(counter) > 0)
        {
        }
        var load = new Thread(() =>
        {
            for (var i = 0; i < 200_000; i++) Close(-7);
        });
        load.Start();
        var clock = Stopwatch.StartNew();
        Assert.True(session.Probe.Wait(TimeSpan.FromMinutes(5)));
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"the wait lasted {clock.Elapsed}");
        Assert.InRange(session.Probe.Drain(counter), 1, int.MaxValue);
        load.Join();
    }

    /// <summary>What an id means is told by the process's user namespace, which is asked while the process is there.</summary>
    [Fact]
    public void An_id_that_is_set_ends_the_wait_in_which_few_events_gather()
    {
        using var session = ProbeSession.Start([SyscallCode.Close, SyscallCode.Setgid], new() { OwnThreadGroup = 0, RingBytes = 4 * 1024 * 1024, SparseDrainInterval = TimeSpan.FromMinutes(10) });
        var counter = new Counter();
        DrainFew();
        // The first record has woken its reader; the next ones do not.
        session.Probe.Wait(TimeSpan.FromMilliseconds(1));
        DrainFew();
        var load = new Thread(() =>
        {
            Thread.Sleep(50);
            Invoke(SyscallCode.Setgid, -1);
        });
        load.Start();
        var clock = Stopwatch.StartNew();
        Assert.True(session.Probe.Wait(TimeSpan.FromMinutes(5)));
        Assert.True(clock.Elapsed < NeverWoken, $"the wait lasted {clock.Elapsed}");
        load.Join();

        void DrainFew()
        {
            Close(-7);
            while (session.Probe.Drain(counter) == 0) Thread.Sleep(1);
            while (session.Probe.Drain(counter) > 0)
            {
            }
        }
    }

    [Fact]
    public void Waking_up_ends_a_wait()
    {
        Session.Probe.SetSyscalls([]);
        Session.DrainAll();
        Session.Probe.WakeUp();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 3 && !Session.Probe.Wait(NeverWoken); i++)
        {
        }
        Assert.True(clock.Elapsed < NeverWoken);
    }

    [Fact]
    public void The_own_thread_group_is_left_out()
    {
        using var session = ProbeSession.Start([SyscallCode.Close], new() { RingBytes = 1024 * 1024 });
        var counter = new Counter { Wanted = e => e.Type == EventType.SyscallCloseX && e.Int(EventParams.SyscallCloseX.Fd) == -77 };
        for (var i = 0; i < 100; i++) Close(-77);
        session.Probe.SetSyscalls([]);
        session.DrainAll(counter);
        Assert.Equal(0, counter.Count);
    }

    private sealed class Counter : IEventSink
    {
        public delegate bool Filter(EventView e);

        public Filter Wanted { get; init; } = static _ => true;

        public int Count { get; private set; }

        public void OnEvent(ushort cpu, in EventView e)
        {
            if (Wanted(e)) Count++;
        }
    }
}
