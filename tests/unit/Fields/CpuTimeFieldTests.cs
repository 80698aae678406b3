using Peregrine.Events;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Fields;

/// <summary>Captures tell of threads' time on CPUs: at switches, and in reports now and then.</summary>
public sealed class CpuTimeFieldTests
{
    private const ulong Second = 1_000_000_000;

    private readonly World _world = new();

    [Fact]
    public void AReportTellsTheTimeSinceTheOneBefore()
    {
        Report(100, 20, "0.0", "0.0", "0.0");
        Report(130, 25, "35.0", "30.0", "5.0");
        Report(630, 25, "100.0", "100.0", "0.0");
    }

    [Fact]
    public void ASwitchTellsHowLongTheThreadRan()
    {
        _world.Fork(1, 10, comm: "busy");
        Switch(1, "0", "0");
        _world.Skip(2 * Second);
        // A test's world moves on by a microsecond with each event.
        Switch(10, "2000001000", "2000001000");
        _world.Skip(Second);
        Switch(1, "1000001000", "1000001000");
        Switch(10, "1000", "2000002000");
    }

    [Fact]
    public void OtherEventsHaveNeither()
    {
        Switch(1, "0", "0");
        _world.Open(1, 3, "/etc/passwd", look: (ref context) =>
        {
            foreach (var field in (string[])["thread.exectime", "thread.totexectime", "thread.cpu", "thread.cpu.user", "thread.cpu.system"])
                Assert.Null(FieldTexts.Of(ref context, field));
        });
    }

    [Fact]
    public void ASwitchBringsThePageFaultsAndTheSizeOfTheProcess()
    {
        Switch(1, "0", "0");
        _world.Open(1, 3, "/etc/passwd", look: (ref context) =>
            Assert.Equal(("7", "8", "900", "90", "9"), (FieldTexts.Of(ref context, "thread.pfmajor"), FieldTexts.Of(ref context, "thread.pfminor"), FieldTexts.Of(ref context, "proc.vmsize"),
                FieldTexts.Of(ref context, "proc.vmrss"), FieldTexts.Of(ref context, "proc.vmswap"))));
    }

    private void Report(ulong user, ulong system, string all, string inUser, string inKernel) => _world.Event(EventType.ProcinfoE, 1, (ref w) =>
    {
        w.U64(user);
        w.U64(system);
    }, (ref context) => Assert.Equal((all, inUser, inKernel),
        (FieldTexts.Of(ref context, "thread.cpu"), FieldTexts.Of(ref context, "thread.cpu.user"), FieldTexts.Of(ref context, "thread.cpu.system"))));

    private void Switch(long tid, string run, string total) => _world.Event(EventType.Schedswitch_6E, tid, (ref w) =>
    {
        w.I64(1);
        w.U64(7);
        w.U64(8);
        w.U32(900);
        w.U32(90);
        w.U32(9);
    }, (ref context) => Assert.Equal((run, total), (FieldTexts.Of(ref context, "thread.exectime"), FieldTexts.Of(ref context, "thread.totexectime"))));
}
