using System.Diagnostics.CodeAnalysis;
using System.Text;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>The users of a container are found although the process that is asked about has gone.</summary>
public sealed class ContainerAccountTests
{
    private static readonly byte[] Cgroups = Encoding.UTF8.GetBytes($"cpu=/docker/{new string('a', 64)}\0memory=/docker/{new string('a', 64)}");

    [Fact]
    public void TheFirstProcessOfAContainerSpeaksForOneThatIsGone()
    {
        var host = new OneProcess(500);
        var state = new StateEngine(new StateOptions { LookUpUnknown = true }, host);
        state.AddThread(Thread(500, 1));
        var gone = Thread(501, 7);
        state.AddThread(gone);
        Assert.Equal("inner", Encoding.UTF8.GetString(state.Users.FindUser(4711, gone)!.Name));
        Assert.Equal("inners", Encoding.UTF8.GetString(state.Users.FindGroup(4711, gone)!.Name));
        Assert.Equal(500, gone.Container!.WitnessPid);
    }

    [Fact]
    public void TheAccountsOfAContainerAreReadWhenItsProgramsStart()
    {
        var host = new SlowReader();
        var world = new World(new StateOptions { LookUpUnknown = true }, host);
        var cgroups = Encoding.UTF8.GetString(Cgroups);
        world.Born(500, 1, World.InPidNamespace, vpid: 1, cgroups: cgroups);
        Assert.Empty(host.Prepared);
        world.Exec(500, "sleep", cgroups: cgroups);
        world.Born(501, 500, World.InPidNamespace, vpid: 7, cgroups: cgroups);
        // Nothing is known yet: asked again almost at once, not after the pause of a name that does not exist.
        var thread = world.Thread(501);
        Assert.Null(world.State.Users.FindUser(4711, thread));
        host.IsThere = true;
        Assert.Null(world.State.Users.FindUser(4711, thread));
        world.Skip(11_000_000);
        world.Exec(501, "ls", cgroups: cgroups);
        Assert.Equal("late", Encoding.UTF8.GetString(world.State.Users.FindUser(4711, thread)!.Name));
        world.Exec(501, "ls", cgroups: cgroups);
        Assert.Equal([500, 501], host.Prepared);
        Assert.Null(world.State.Users.FindUser(1, thread));
        host.Name = 1;
        world.Skip(11_000_000);
        world.Exec(501, "ls", cgroups: cgroups);
        Assert.Null(world.State.Users.FindUser(1, thread));
    }

    [Fact]
    public void AProcessThatIsAloneInItsHierarchyIsNoContainer()
    {
        var resolver = new ContainerResolver();
        Assert.Null(resolver.Resolve(Encoding.UTF8.GetBytes("cpu=/\0memory=/process_api/55336e1cccf24d16c0bf401c25c33f95\0pids=/"), inPidNamespace: true));
    }

    private static ThreadEntry Thread(long pid, long virtualPid) => new()
    {
        Tid = pid,
        Pid = pid,
        ParentTid = 1,
        VirtualTid = virtualPid,
        VirtualPid = virtualPid,
        Cgroups = Cgroups,
        Group = new ThreadGroup { Pid = pid },
    };

    /// <summary>A machine whose account files take their time.</summary>
    private sealed class SlowReader : IHost
    {
        public bool IsThere { get; set; }

        public uint Name { get; set; } = 4711;

        public List<long> Prepared { get; } = [];

        public bool PrepareAccounts(long pid)
        {
            Prepared.Add(pid);
            return IsThere;
        }

        public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread) => NoHost.Instance.TryReadThread(tid, out thread);

        public bool TryReadFd(long ofPid, long fd, [NotNullWhen(true)] out FdEntry? entry) => NoHost.Instance.TryReadFd(ofPid, fd, out entry);

        public bool TryReadUser(uint uid, long witness, [NotNullWhen(true)] out UserEntry? user)
        {
            user = IsThere && uid == Name ? new UserEntry(uid, uid, "late"u8.ToArray(), [], []) : null;
            return user is not null;
        }

        public bool TryReadGroup(uint gid, long witness, [NotNullWhen(true)] out GroupEntry? group) => NoHost.Instance.TryReadGroup(gid, witness, out group);
    }

    /// <summary>A machine where one process is left.</summary>
    private sealed class OneProcess(long pid) : IHost
    {
        public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread)
        {
            thread = null;
            return false;
        }

        public bool TryReadFd(long ofPid, long fd, [NotNullWhen(true)] out FdEntry? entry)
        {
            entry = null;
            return false;
        }

        public bool TryReadUser(uint uid, long witness, [NotNullWhen(true)] out UserEntry? user)
        {
            user = witness == pid ? new UserEntry(uid, uid, "inner"u8.ToArray(), [], []) : null;
            return user is not null;
        }

        public bool TryReadGroup(uint gid, long witness, [NotNullWhen(true)] out GroupEntry? group)
        {
            group = witness == pid ? new GroupEntry(gid, "inners"u8.ToArray()) : null;
            return group is not null;
        }
    }
}
