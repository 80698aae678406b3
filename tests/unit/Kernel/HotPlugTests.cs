using Peregrine.Events;
using Peregrine.Kernel;
using Peregrine.Kernel.Rings;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;

namespace Peregrine.UnitTests.Kernel;

/// <summary>A CPU that was not running when the probe was loaded: here all but the first count as such.</summary>
[Collection(ProbeTests.Name)]
public sealed class HotPlugTests
{
    private const int Calls = 20_000;

    private static readonly KernelProbeOptions FirstAlone = new() { OwnThreadGroup = 0, RingBytes = 4 * 1024 * 1024, SpareRingBytes = RingPlan.Least, Online = [0] };

    [Fact]
    public void What_it_does_is_read_in_order_and_counted_from_its_first_event_on()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "there is one CPU only");
        using var session = ProbeSession.Start([], FirstAlone);
        Assert.DoesNotContain(session.Probe.Statistics.Cpus, c => c.Cpu == 1);
        var before = session.Probe.Statistics;
        ulong last = 0;
        var (disorder, others) = (0, 0);
        var events = session.Record([SyscallCode.Close], () => OnCpu(1, () => Close(-9), 200), e =>
        {
            if (e.Timestamp < last) disorder++;
            last = e.Timestamp;
            if (e.Type != EventType.SyscallCloseX || e.Int("fd") != -9) return false;
            if (e.Cpu != 1) others++;
            return true;
        }, 200);
        Assert.Equal((200, 0, 0), (events.Count, others, disorder));
        session.DrainAll();
        var cpu = Assert.Single(session.Probe.Statistics.Since(before).Cpus, c => c.Cpu == 1);
        Assert.InRange(cpu.Generated, 200ul, ulong.MaxValue);
        Assert.Equal(cpu.Generated, cpu.Read + cpu.Dropped);
    }

    [Fact]
    public void Its_smaller_ring_keeps_room_for_what_matters_more()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "there is one CPU only");
        using var session = ProbeSession.Start([SyscallCode.Getrlimit, SyscallCode.Close, SyscallCode.Setpgid], FirstAlone);
        OnCpu(1, () => Invoke(SyscallCode.Getrlimit, -1, 0), Calls);
        OnCpu(1, () => Close(-7), Calls);
        OnCpu(1, () => Invoke(SyscallCode.Setpgid, -1, -1), 300);
        session.Probe.SetSyscalls([]);
        session.DrainAll();
        var cpu = Assert.Single(session.Probe.Statistics.Cpus, c => c.Cpu == 1);
        Assert.InRange(cpu.Counts.DroppedBy(DropReason.Reserved, EventClass.Routine), 1ul, ulong.MaxValue);
        Assert.InRange(cpu.Counts.DroppedBy(DropReason.Reserved, EventClass.Close), 1ul, ulong.MaxValue);
        Assert.Equal((0ul, 0ul), (cpu.Counts.DroppedOf(EventClass.OtherInterest), cpu.Counts.DroppedBy(DropReason.RingFull)));
        Assert.Equal(cpu.Generated, cpu.Read + cpu.Dropped);
    }

    private static void OnCpu(int cpu, Action call, int times)
    {
        var thread = new Thread(() =>
        {
            Invoke(SyscallCode.SchedSetaffinity, 0, 8, Longs(1L << cpu));
            for (var i = 0; i < times; i++) call();
        });
        thread.Start();
        thread.Join();
    }
}
