using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class DescriptorTests
{
    private readonly World _world = new();

    public DescriptorTests() => _world.Fork(1, 10);

    [Fact]
    public void AClosedDescriptorIsStillThereDuringTheClose()
    {
        _world.Open(10, 3, "/etc/passwd");
        var name = "";
        _world.Close(10, 3, look: (ref c) => name = $"{c.FdNumber} {World.Text(c.Fd!.Name)} {c.Thread!.Fds.Count}");
        Assert.Equal("3 /etc/passwd 1", name);
        Assert.Null(_world.Thread(10).Fds.Find(3));
        Assert.Equal(0, _world.Thread(10).Fds.Count);
    }

    [Fact]
    public void AFailedCloseClosesNothingUnlessTheNumberWasNotOpen()
    {
        _world.Open(10, 3, "/a");
        _world.Close(10, 3, -1);
        Assert.Equal("/a", _world.FdName(10, 3));
        _world.Close(10, 3, -9);
        Assert.Null(_world.Thread(10).Fds.Find(3));
    }

    [Fact]
    public void AFailedOpenMakesNoDescriptor()
    {
        var seen = false;
        _world.Open(10, -13, "/etc/shadow", look: (ref c) => seen = c.Fd is null && c.FdNumber == -1);
        Assert.True(seen);
        Assert.Equal(0, _world.Thread(10).Fds.Count);
    }

    [Fact]
    public void Dup2PutsTheFileOverAnother()
    {
        _world.Open(10, 1, "/dev/tty");
        _world.Open(10, 3, "/tmp/out", 1 | World.OpenCloexec);
        long number = 0;
        _world.Numbers(EventType.SyscallDup2X, 10, [1, 3, 1], (ref c) => number = c.FdNumber);
        Assert.Equal(1, number);
        Assert.Equal("/tmp/out", _world.FdName(10, 1));
        Assert.False(_world.Thread(10).Fds.Find(1)!.IsCloseOnExec);
        Assert.True(_world.Thread(10).Fds.Find(3)!.IsCloseOnExec);
        Assert.Equal(2, _world.Thread(10).Fds.Count);
    }

    [Fact]
    public void Dup2OfAnUnknownDescriptorForgetsWhatWasThere()
    {
        _world.Open(10, 1, "/dev/tty");
        _world.Numbers(EventType.SyscallDup2X, 10, [1, 77, 1]);
        Assert.Null(_world.Thread(10).Fds.Find(1));
    }

    [Fact]
    public void Dup3AndFcntlCanMarkTheCopy()
    {
        _world.Open(10, 3, "/a");
        _world.Event(EventType.SyscallDup3X, 10, (ref w) =>
        {
            w.I64(5);
            w.I64(3);
            w.I64(5);
            w.U32(World.OpenCloexec);
        });
        Fcntl(6, 3, 26, 0);
        Fcntl(7, 3, 1, 0);
        var fds = _world.Thread(10).Fds;
        Assert.Equal((true, true, false, false), (fds.Find(5)!.IsCloseOnExec, fds.Find(6)!.IsCloseOnExec, fds.Find(7)!.IsCloseOnExec, fds.Find(3)!.IsCloseOnExec));
        Fcntl(0, 7, 3, 1);
        Assert.Equal((true, false), (fds.Find(7)!.IsCloseOnExec, fds.Find(3)!.IsCloseOnExec));
    }

    /// <summary>What a child is to inherit loses its mark before it is started; events of old captures do not tell whether it does.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FcntlTakesTheMarkAwayWhereItsArgumentIsKnown(bool isKnown)
    {
        var world = new World(new StateOptions { HasFcntlArguments = isKnown });
        world.Fork(1, 10);
        world.Open(10, 3, "/a");
        Fcntl(world, 0, 3, 3, 1);
        Assert.True(world.Thread(10).Fds.Find(3)!.IsCloseOnExec);
        Fcntl(world, 0, 3, 3, 0);
        Assert.Equal(!isKnown, world.Thread(10).Fds.Find(3)!.IsCloseOnExec);
    }

    [Fact]
    public void CloseRangeClosesOrMarks()
    {
        for (var fd = 3; fd < 9; fd++) _world.Open(10, fd, "/f" + fd);
        _world.Open(10, 5000, "/far");
        CloseRange(3, 5, 0);
        Assert.Equal(4, _world.Thread(10).Fds.Count);
        CloseRange(6, 7, 4);
        Assert.True(_world.Thread(10).Fds.Find(7)!.IsCloseOnExec);
        Assert.False(_world.Thread(10).Fds.Find(8)!.IsCloseOnExec);
        CloseRange(3, uint.MaxValue, 0);
        Assert.Equal(0, _world.Thread(10).Fds.Count);
    }

    [Fact]
    public void AForkCopiesTheTable()
    {
        _world.Open(10, 3, "/a");
        _world.Open(10, 2000, "/b");
        _world.Fork(10, 11);
        _world.Close(10, 3);
        _world.Open(11, 4, "/c");
        Assert.Equal("/a", _world.FdName(11, 3));
        Assert.Equal("/b", _world.FdName(11, 2000));
        Assert.Null(_world.Thread(10).Fds.Find(4));
    }

    [Fact]
    public void APipeHasTwoEndsOfOneInode()
    {
        _world.Numbers(EventType.SyscallPipeX, 10, [0, 3, 4, 99]);
        var fds = _world.Thread(10).Fds;
        Assert.Equal((FdType.Fifo, FdType.Fifo, 99ul, 99ul), (fds.Find(3)!.Type, fds.Find(4)!.Type, fds.Find(3)!.Inode, fds.Find(4)!.Inode));
    }

    [Theory]
    [InlineData(EventType.SyscallEventfdX, FdType.EventFd)]
    [InlineData(EventType.SyscallSignalfdX, FdType.SignalFd)]
    [InlineData(EventType.SyscallTimerfdCreateX, FdType.TimerFd)]
    [InlineData(EventType.SyscallInotifyInitX, FdType.Inotify)]
    [InlineData(EventType.SyscallEpollCreateX, FdType.EventPoll)]
    [InlineData(EventType.SyscallUserfaultfdX, FdType.Userfaultfd)]
    [InlineData(EventType.SyscallIoUringSetupX, FdType.IoUring)]
    [InlineData(EventType.SyscallPidfdOpenX, FdType.Pidfd)]
    public void OtherKindsOfDescriptorAreKnownByTheirCall(EventType call, FdType type)
    {
        _world.Numbers(call, 10, [8]);
        Assert.Equal(type, _world.Thread(10).Fds.Find(8)!.Type);
    }

    [Fact]
    public void OnlyBpfCommandsThatGiveADescriptorMakeOne()
    {
        _world.Event(EventType.SyscallBpf_2X, 10, (ref w) =>
        {
            w.I64(0);
            w.U32(1);
        });
        Assert.Equal(0, _world.Thread(10).Fds.Count);
        _world.Event(EventType.SyscallBpf_2X, 10, (ref w) =>
        {
            w.I64(7);
            w.U32(5);
        });
        Assert.Equal(FdType.Bpf, _world.Thread(10).Fds.Find(7)!.Type);
    }

    [Fact]
    public void APidfdGivesACopyOfTheOtherProcesssDescriptor()
    {
        _world.Fork(1, 20);
        _world.Open(20, 3, "/secret");
        _world.Event(EventType.SyscallPidfdOpenX, 10, (ref w) =>
        {
            w.I64(5);
            w.I64(20);
        });
        _world.Numbers(EventType.SyscallPidfdGetfdX, 10, [6, 5, 3]);
        Assert.Equal("/secret", _world.FdName(10, 6));
    }

    [Fact]
    public void ATableStopsAtItsLimit()
    {
        var world = new World(new StateOptions { MaxFdsPerProcess = 4 });
        world.Fork(1, 10);
        for (var fd = 3; fd < 20; fd++) world.Open(10, fd, "/f");
        Assert.Equal(4, world.Thread(10).Fds.Count);
        world.Close(10, 3);
        world.Open(10, 50, "/g");
        Assert.Equal("/g", world.FdName(10, 50));
    }

    private void Fcntl(long result, long fd, byte command, ulong argument) => Fcntl(_world, result, fd, command, argument);

    private static void Fcntl(World world, long result, long fd, byte command, ulong argument) => world.Event(EventType.SyscallFcntlX, 10, (ref w) =>
    {
        w.I64(result);
        w.I64(fd);
        w.U8(command);
        w.U64(argument);
    });

    private void CloseRange(uint first, uint last, uint flags) => _world.Event(EventType.SyscallCloseRangeX, 10, (ref w) =>
    {
        w.I64(0);
        w.U32(first);
        w.U32(last);
        w.U32(flags);
    });
}
