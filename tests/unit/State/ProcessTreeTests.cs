using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class ProcessTreeTests
{
    private readonly World _world = new();

    [Fact]
    public void AForkWithoutExecHasTheParentsProgramAndItsOwnIds()
    {
        _world.Fork(1, 10);
        _world.Exec(10, "/bin/bash", ["bash", "-i"], env: "HOME=/root");
        _world.Fork(10, 11, comm: "bash");
        var child = _world.Thread(11);
        Assert.Equal((11L, 11L, 10L), (child.Tid, child.Pid, child.ParentTid));
        Assert.Equal("bash", World.Text(child.Comm));
        Assert.Equal("/bin/bash", World.Text(child.ExePath));
        Assert.Equal("HOME=/root", World.Text(child.Group.Env));
        Assert.NotSame(child.Group, _world.Thread(10).Group);
        Assert.Same(_world.Thread(10), _world.State.Threads.Parent(child));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EitherSideOfACloneMayComeFirst(bool parentFirst)
    {
        _world.Fork(1, 10);
        if (parentFirst) _world.Clone(10, 11);
        _world.Born(11, 10);
        if (!parentFirst) _world.Clone(10, 11);
        Assert.Equal(10, _world.Thread(11).ParentTid);
        Assert.Equal(1, _world.Thread(11).Group.ThreadCount);
        Assert.Equal(3, _world.State.Threads.Count);
    }

    [Fact]
    public void AChildThatExitedBeforeTheParentsSideArrivedDoesNotComeBack()
    {
        _world.Fork(1, 10);
        _world.Born(11, 10, World.CloneVfork);
        _world.Exec(11, "/bin/true");
        _world.Exit(11);
        _world.Clone(10, 11, World.CloneVfork);
        Assert.Null(_world.State.Threads.Find(11));
    }

    [Fact]
    public void AThreadThatWasKilledBeforeItRanDoesNotKeepItsProcess()
    {
        _world.Fork(1, 10);
        _world.Exit(11);
        _world.Clone(10, 11, World.CloneThread | World.CloneFiles);
        _world.Exit(10);
        Assert.Null(_world.State.Threads.Find(11));
        Assert.Null(_world.State.Threads.Find(10));
        Assert.Null(_world.State.Threads.FindGroup(10));
    }

    [Fact]
    public void AReusedIdReplacesTheProcessWhoseEndWasMissed()
    {
        _world.Fork(1, 10, comm: "old");
        _world.Open(10, 3, "/old");
        _world.Fork(1, 20, comm: "other");
        _world.Fork(20, 10, comm: "new");
        Assert.Equal("new", World.Text(_world.Thread(10).Comm));
        Assert.Equal(20, _world.Thread(10).ParentTid);
        Assert.Null(_world.Thread(10).Fds.Find(3));
    }

    [Fact]
    public void AThreadSharesItsProcess()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 12, World.CloneThread | World.CloneFiles);
        Assert.Same(_world.Thread(10).Group, _world.Thread(12).Group);
        Assert.Equal(2, _world.Thread(10).Group.ThreadCount);
        Assert.Equal(1, _world.Thread(12).ParentTid);
        _world.Open(12, 3, "/etc/hosts");
        Assert.Equal("/etc/hosts", _world.FdName(10, 3));
    }

    [Fact]
    public void ACloneWithParentFlagMakesASibling()
    {
        _world.Fork(1, 10);
        _world.Clone(10, 11, World.CloneParent);
        Assert.Equal(1, _world.Thread(11).ParentTid);
    }

    [Fact]
    public void TheChildOfAnUnseenParentIsDescribedByItsOwnEvent()
    {
        _world.Born(50, 49, comm: "cron", cgroups: "memory=/");
        var thread = _world.Thread(50);
        Assert.Equal(("cron", 0L), (World.Text(thread.Comm), thread.ParentTid));
        Assert.Null(_world.State.Threads.Parent(thread));
        Assert.Null(_world.State.Threads.Find(49));
    }

    [Fact]
    public void TheParentsSideOfAnUnseenThreadDescribesItToo()
    {
        _world.Clone(77, 78, comm: "worker", pid: 70, ptid: 1);
        Assert.True(_world.Thread(77).IsKnown);
        Assert.Equal(("worker", 70L), (World.Text(_world.Thread(77).Comm), _world.Thread(77).Pid));
        Assert.Equal(70, _world.Thread(78).ParentTid);
    }

    [Fact]
    public void InsideAPidNamespaceOnlyTheChildKnowsItsHostId()
    {
        _world.Fork(1, 10);
        _world.Clone(10, 100, World.CloneNewPid);
        _world.Born(100, 10, World.CloneNewPid | World.InPidNamespace, vtid: 1, vpid: 1);
        _world.Clone(100, 2, World.InPidNamespace, ptid: 10);
        Assert.Null(_world.State.Threads.Find(2));
        _world.Born(101, 100, World.InPidNamespace, vtid: 2, vpid: 2);
        Assert.Equal((1L, 1L), (_world.Thread(100).VirtualPid, _world.Thread(100).VirtualTid));
        Assert.Equal((2L, 100L), (_world.Thread(101).VirtualPid, _world.Thread(101).ParentTid));
    }

    [Fact]
    public void AncestorsGoUpToTheFirstProcess()
    {
        for (var pid = 10; pid < 14; pid++) _world.Fork(pid == 10 ? 1 : pid - 1, pid);
        var seen = new List<long>();
        foreach (var ancestor in _world.State.Threads.Ancestors(_world.Thread(13))) seen.Add(ancestor.Tid);
        Assert.Equal([12, 11, 10, 1], seen);
        Assert.Equal(11, _world.State.Threads.Ancestor(_world.Thread(13), 2)!.Tid);
        Assert.Null(_world.State.Threads.Ancestor(_world.Thread(13), 5));
    }

    [Fact]
    public void AnAncestryThatBecameALoopEnds()
    {
        _world.State.AddThread(World.NewThread(30, 30, 31, "a"));
        _world.State.AddThread(World.NewThread(31, 31, 32, "b"));
        _world.State.AddThread(World.NewThread(32, 32, 31, "c"));
        var steps = 0;
        foreach (var ancestor in _world.State.Threads.Ancestors(_world.Thread(30))) steps += ancestor.Tid > 0 ? 1 : 0;
        Assert.InRange(steps, 1, Ancestors.MaxDepth);
    }

    [Fact]
    public void TheSessionLeaderIsFoundAlsoWhenItHasGone()
    {
        _world.Fork(1, 10);
        _world.Event(EventType.SyscallSetsidX, 10, (ref w) => w.I64(10));
        _world.Fork(10, 11);
        _world.Fork(11, 12);
        Assert.Equal(10, _world.State.Threads.SessionLeader(_world.Thread(11))!.Tid);
        Assert.Equal(10, _world.State.Threads.SessionLeader(_world.Thread(12))!.Tid);
        _world.Exit(10, reaper: 1);
        Assert.Equal(11, _world.State.Threads.SessionLeader(_world.Thread(12))!.Tid);
    }

    [Fact]
    public void SetpgidMovesTheProcessThatItNames()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11);
        _world.Numbers(EventType.SyscallSetpgidX, 10, [0, 11, 0]);
        Assert.Equal((11L, 11L), (_world.Thread(11).Pgid, _world.Thread(11).VirtualPgid));
        Assert.Equal(11, _world.State.Threads.GroupLeader(_world.Thread(11))!.Tid);
    }
}
