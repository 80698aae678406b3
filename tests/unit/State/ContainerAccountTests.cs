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
