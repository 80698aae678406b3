using System.Text;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class ExitTests
{
    private readonly World _world = new();

    [Fact]
    public void AnExitedThreadCanBeSeenDuringItsExitAndIsGoneAfterwards()
    {
        _world.Fork(1, 10);
        var seen = "";
        _world.Exit(10, look: (ref c) => seen = $"{c.Thread!.Tid} {c.Thread.Group.ThreadCount} {c.Thread.IsDead}");
        Assert.Equal("10 0 True", seen);
        Assert.Null(_world.State.Threads.Find(10));
    }

    [Fact]
    public void AMainThreadStaysUntilItsLastThreadHasGone()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11, World.CloneThread | World.CloneFiles);
        _world.Open(10, 3, "/etc/hosts");
        _world.Exit(10);
        Assert.True(_world.Thread(10).IsDead);
        Assert.Equal(1, _world.Thread(11).Group.ThreadCount);
        Assert.Equal("/etc/hosts", _world.FdName(11, 3));
        _world.Exit(11);
        Assert.Null(_world.State.Threads.Find(10));
        Assert.Null(_world.State.Threads.Find(11));
        Assert.Null(_world.State.Threads.FindGroup(10));
    }

    /// <summary>Its processor was held up, another one told of its exit meanwhile.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EventsThatComeAfterTheExitDoNotBringAThreadBack(bool parentFirst)
    {
        _world.Fork(1, 10);
        if (parentFirst) _world.Clone(10, 20);
        _world.Skip(50_000);
        _world.Exit(20);
        _world.Rewind(20_000);
        var seen = "";
        _world.Born(20, 10, comm: "late", look: (ref c) => seen = Encoding.UTF8.GetString(c.Thread!.Comm));
        Assert.Equal("late", seen);
        Assert.Null(_world.State.Threads.Find(20));
        _world.Open(20, 3, "/etc/hosts");
        Assert.Null(_world.State.Threads.Find(20));
        _world.Skip(50_000);
        if (!parentFirst) _world.Clone(10, 20);
        Assert.Null(_world.State.Threads.Find(20));
        Assert.Null(_world.State.Threads.FindGroup(20));
        Assert.Equal(2, _world.State.Threads.Count);
    }

    [Fact]
    public void AnIdThatIsUsedAgainIsAnotherThread()
    {
        for (var i = 0; i < 3; i++)
        {
            _world.Born(20, 1);
            _world.Exit(20);
            _world.Clone(1, 20);
            Assert.Null(_world.State.Threads.Find(20));
            _world.Fork(1, 20);
            Assert.Equal(1, _world.Thread(20).ParentTid);
            _world.Exit(20);
        }
    }

    [Fact]
    public void ChildrenGoToTheReaperThatTheKernelNames()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11);
        _world.Fork(11, 12);
        var version = _world.Thread(12).Version;
        _world.Exit(11, reaper: 10);
        Assert.Equal(10, _world.Thread(12).ParentTid);
        Assert.NotEqual(version, _world.Thread(12).Version);
        Assert.Same(_world.Thread(10), _world.State.Threads.Parent(_world.Thread(12)));
    }

    [Fact]
    public void WithoutANameTheNearestSubreaperTakesThem()
    {
        _world.Fork(1, 10);
        Prctl(10, 36, "", 1);
        _world.Fork(10, 11);
        _world.Fork(11, 12);
        _world.Fork(12, 13);
        _world.Exit(12);
        Assert.Equal(10, _world.Thread(13).ParentTid);
        _world.Exit(10);
        Assert.Equal(1, _world.Thread(13).ParentTid);
        Assert.Equal(1, _world.Thread(11).ParentTid);
    }

    [Fact]
    public void TheFirstProcessOfAPidNamespaceTakesTheOrphansInIt()
    {
        _world.Born(100, 1, World.CloneNewPid | World.InPidNamespace, vtid: 1, vpid: 1);
        _world.Born(101, 100, World.InPidNamespace, vtid: 2, vpid: 2);
        _world.Born(102, 101, World.InPidNamespace, vtid: 3, vpid: 3);
        _world.Exit(101);
        Assert.Equal(100, _world.Thread(102).ParentTid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AChildWhoseFirstEventNamesAParentThatHasGoneMeanwhileIsItsHeirs(bool isParentsSideSeen)
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11);
        _world.Fork(11, 12);
        if (isParentsSideSeen) _world.Clone(12, 13);
        _world.Exit(12, reaper: 11);
        _world.Exit(11, reaper: 10);
        _world.Born(13, 12);
        Assert.Equal(10, _world.Thread(13).ParentTid);
        Assert.Same(_world.Thread(10), _world.State.Threads.Parent(_world.Thread(13)));
    }

    [Fact]
    public void AnExecOfASecondThreadLeavesOnlyTheMainOne()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11, World.CloneThread | World.CloneFiles);
        _world.Fork(10, 12, World.CloneThread | World.CloneFiles);
        _world.Exit(10);
        _world.Exit(12);
        _world.Exec(10, "/bin/ls");
        Assert.False(_world.Thread(10).IsDead);
        Assert.Equal(1, _world.Thread(10).Group.ThreadCount);
        Assert.Null(_world.State.Threads.Find(11));
        Assert.Equal("ls", World.Text(_world.Thread(10).Comm));
    }

    [Fact]
    public void ThousandsOfProcessesLeaveNothingBehind()
    {
        for (var pid = 100; pid < 5_100; pid++)
        {
            _world.Fork(1, pid);
            _world.Open(pid, 3, "/tmp/" + pid);
            _world.Exit(pid);
        }
        Assert.Equal(1, _world.State.Threads.Count);
    }

    private void Prctl(long tid, uint option, string text, long number) => _world.Event(EventType.SyscallPrctlX, tid, (ref w) =>
    {
        w.I64(0);
        w.U32(option);
        w.Text(System.Text.Encoding.UTF8.GetBytes(text));
        w.I64(number);
    });

    [Fact]
    public void PrctlRenamesTheThreadThatCallsIt()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11, World.CloneThread | World.CloneFiles);
        Prctl(11, 15, "a-name-longer-than-fifteen", 0);
        Assert.Equal("a-name-longer-t", World.Text(_world.Thread(11).Comm));
        Assert.Equal("sh", World.Text(_world.Thread(10).Comm));
    }
}
