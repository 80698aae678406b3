using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>Who moves when somebody changes the directory.</summary>
public sealed class WorkingDirectoryTests
{
    private const uint PosixThread = World.CloneThread | World.CloneFiles | World.CloneFileSystem;
    private readonly World _world = new();

    public WorkingDirectoryTests()
    {
        _world.Fork(1, 10);
        _world.Chdir(10, "/home");
    }

    [Fact]
    public void GetcwdTellsWhereAProcessWorks()
    {
        _world.Fork(1, 10);
        _world.Event(EventType.SyscallGetcwdX, 10, (ref w) =>
        {
            w.I64(-34);
            w.Text("/nowhere"u8);
        });
        Assert.Equal("/", _world.Cwd(10));
        _world.Event(EventType.SyscallGetcwdX, 10, (ref w) =>
        {
            w.I64(0);
            w.Text("/srv/www"u8);
        });
        Assert.Equal("/srv/www/", _world.Cwd(10));
    }

    [Fact]
    public void ThreadsMoveTogetherAndForksInherit()
    {
        _world.Fork(10, 11, PosixThread);
        _world.Chdir(11, "/srv");
        Assert.Equal("/srv/", _world.Cwd(10));
        _world.Fork(10, 12);
        _world.Chdir(10, "/");
        Assert.Equal(("/", "/srv/"), (_world.Cwd(11), _world.Cwd(12)));
    }

    [Fact]
    public void ProcessesThatShareItMoveTogether()
    {
        _world.Fork(10, 12, World.CloneFileSystem);
        var (before, seen) = (_world.State.StampOf(_world.Thread(10)), _world.Thread(10));
        _world.Chdir(12, "/srv");
        Assert.Equal("/srv/", _world.Cwd(10));
        Assert.NotEqual(before, _world.State.StampOf(seen));
        _world.Chdir(10, "data");
        _world.Open(12, 3, "x");
        Assert.Equal("/srv/data/x", _world.FdName(12, 3));
        _world.Exec(12, "/bin/sh");
        _world.Chdir(12, "/");
        Assert.Equal("/", _world.Cwd(10));
    }

    [Theory]
    [InlineData(World.CloneFileSystem)]
    [InlineData(World.CloneNewMounts)]
    public void WhoLeavesMovesAlone(uint flags)
    {
        _world.Fork(10, 11, PosixThread);
        _world.Fork(10, 12, World.CloneFileSystem);
        Unshare(11, flags);
        Unshare(12, flags);
        _world.Chdir(11, "/srv");
        _world.Chdir(12, "/var");
        Assert.Equal(("/home/", "/srv/", "/var/"), (_world.Cwd(10), _world.Cwd(11), _world.Cwd(12)));
        _world.Open(11, 3, "x");
        Assert.Equal("/srv/x", _world.FdName(11, 3));
        _world.Fork(11, 13);
        Assert.Equal("/srv/", _world.Cwd(13));
    }

    [Fact]
    public void AThreadThatWasMadeWithoutSharingMovesAlone()
    {
        _world.Fork(10, 11, World.CloneThread | World.CloneFiles);
        _world.Chdir(11, "/srv");
        Assert.Equal(("/home/", "/srv/"), (_world.Cwd(10), _world.Cwd(11)));
    }

    [Fact]
    public void EnteringAMountNamespaceLeadsToItsRoot()
    {
        _world.Open(10, 3, "/proc/1/ns/mnt");
        _world.Event(EventType.SyscallSetnsX, 10, (ref w) =>
        {
            w.I64(0);
            w.I64(3);
            w.U32(World.CloneNewMounts);
        });
        Assert.Equal("/", _world.Cwd(10));
    }

    [Fact]
    public void ANewSessionHasNoTerminal()
    {
        _world.Exec(10, "/bin/sh", tty: 34816);
        _world.Fork(10, 12);
        Assert.Equal(34816u, _world.Thread(12).Tty);
        _world.Numbers(EventType.SyscallSetsidX, 12, [12]);
        Assert.Equal((0u, 34816u), (_world.Thread(12).Tty, _world.Thread(10).Tty));
        _world.Numbers(EventType.SyscallSetsidX, 10, [-1]);
        Assert.Equal(34816u, _world.Thread(10).Tty);
    }

    private void Unshare(long tid, uint flags) => _world.Event(EventType.SyscallUnshareX, tid, (ref w) =>
    {
        w.I64(0);
        w.U32(flags);
    });
}
