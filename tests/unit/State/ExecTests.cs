using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class ExecTests
{
    private readonly World _world = new();

    public ExecTests() => _world.Fork(1, 10);

    [Fact]
    public void AnExecReplacesTheProgramAndKeepsTheProcess()
    {
        var version = _world.Thread(10).Version;
        _world.Exec(10, "/usr/bin/python3", ["python", "-m", "http.server"], env: "A=1 B=2", uid: 33, tty: 34816);
        var thread = _world.Thread(10);
        Assert.Equal("python3", World.Text(thread.Comm));
        Assert.Equal("python", World.Text(thread.Exe));
        Assert.Equal("-m\0http.server", World.Text(thread.Args));
        Assert.Equal("A=1\0B=2", World.Text(thread.Group.Env));
        Assert.Equal("/usr/bin/python3", World.Text(thread.ExePath));
        Assert.Equal((33u, 34816u), (thread.Uid, thread.Tty));
        Assert.True(thread.Version > version);
        Assert.Equal(_world.Now, thread.ExecTime);
    }

    [Fact]
    public void AFailedExecChangesNothing()
    {
        _world.Event(EventType.SyscallExecve_19X, 10, (ref w) =>
        {
            w.I64(-2);
            w.Text("/bin/none"u8);
        });
        Assert.Equal("sh", World.Text(_world.Thread(10).Comm));
    }

    [Fact]
    public void MarkedDescriptorsCloseAtExecAndTheParentKeepsThem()
    {
        _world.Open(10, 3, "/a", 1 | World.OpenCloexec);
        _world.Open(10, 4, "/b");
        _world.Fork(10, 11);
        _world.Exec(11, "/bin/ls");
        Assert.Null(_world.Thread(11).Fds.Find(3));
        Assert.Equal("/b", _world.FdName(11, 4));
        Assert.Equal("/a", _world.FdName(10, 3));
    }

    [Fact]
    public void AVforkedChildThatExecsDoesNotTouchTheParentsDescriptors()
    {
        _world.Open(10, 5, "/log");
        _world.Born(11, 10, World.CloneVfork);
        _world.Numbers(EventType.SyscallDup2X, 11, [1, 5, 1]);
        _world.Exec(11, "/bin/ls");
        _world.Clone(10, 11, World.CloneVfork);
        Assert.Equal("/log", _world.FdName(11, 1));
        Assert.Null(_world.Thread(10).Fds.Find(1));
        Assert.Equal("ls", World.Text(_world.Thread(11).Comm));
    }

    [Fact]
    public void ProcessesThatShareATablePartAtExec()
    {
        _world.Open(10, 3, "/a", 1 | World.OpenCloexec);
        _world.Fork(10, 11, World.CloneFiles);
        _world.Open(11, 4, "/b");
        Assert.Equal("/b", _world.FdName(10, 4));
        _world.Exec(11, "/bin/ls");
        Assert.Equal("/a", _world.FdName(10, 3));
        Assert.Null(_world.Thread(11).Fds.Find(3));
        _world.Exit(11);
        Assert.Equal("/a", _world.FdName(10, 3));
    }

    [Fact]
    public void AnExecOfAnUnseenProcessMakesItKnown()
    {
        _world.Exec(90, "/usr/sbin/nginx", ["nginx"], parent: 1);
        var thread = _world.Thread(90);
        Assert.True(thread.IsKnown);
        Assert.Equal((90L, 1L, 1), (thread.Pid, thread.ParentTid, thread.Group.ThreadCount));
        Assert.Same(_world.Thread(1), _world.State.Threads.Parent(thread));
    }

    [Fact]
    public void TheEnterEventOfAnOldCaptureGivesThePath()
    {
        _world.Open(10, 3, "/tmp/dir");
        EnterExecveat(3, "tool", 0);
        ExecveatWithoutPath();
        Assert.Equal("/tmp/dir/tool", World.Text(_world.Thread(10).ExePath));
        EnterExecveat(3, "<NA>", 1);
        ExecveatWithoutPath();
        Assert.Equal("/tmp/dir", World.Text(_world.Thread(10).ExePath));
        EnterExecveat(3, "<NA>", 0);
        ExecveatWithoutPath();
        Assert.Equal("<NA>", World.Text(_world.Thread(10).ExePath));
    }

    [Fact]
    public void ControlGroupsHaveTheNamesOfTheirHierarchies()
    {
        _world.Exec(10, "/bin/ls", cgroups: "cpuset=/ io=/user.slice perf=/ scio=/x");
        Assert.Equal("cpuset=/\0blkio=/user.slice\0perf_event=/\0scio=/x", World.Text(_world.Thread(10).Cgroups));
    }

    [Fact]
    public void AnExecutableThatIsGoneKeepsItsPath()
    {
        _world.Exec(10, "/tmp/dropper (deleted)");
        Assert.Equal("/tmp/dropper", World.Text(_world.Thread(10).ExePath));
    }

    [Fact]
    public void CommandLinesOf32KilobytesAreKeptWhole()
    {
        var argument = new string('x', 32_000);
        _world.Exec(10, "/bin/echo", ["echo", argument]);
        Assert.Equal(argument, World.Text(_world.Thread(10).Args));
    }

    private void EnterExecveat(long fd, string path, uint flags) => _world.Event(EventType.SyscallExecveatE, 10, (ref w) =>
    {
        w.I64(fd);
        w.Text(System.Text.Encoding.UTF8.GetBytes(path));
        w.U32(flags);
    });

    private void ExecveatWithoutPath() => _world.Event(EventType.SyscallExecveatX, 10, (ref w) =>
    {
        w.I64(0);
        w.Text("x"u8);
        w.Empty();
        w.I64(10);
        w.I64(10);
        w.I64(1);
    });
}
