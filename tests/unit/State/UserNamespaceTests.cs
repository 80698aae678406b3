using System.Diagnostics.CodeAnalysis;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>setuid and its kin name ids of the caller's user namespace; the state keeps the machine's.</summary>
public sealed class UserNamespaceTests
{
    private const uint Shift = 100_000;

    [Fact]
    public void AnIdThatIsSetInAUserNamespaceIsKeptAsTheMachinesOwn()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, new ShiftedHost());
        world.Fork(1, 10);
        world.Event(EventType.SyscallSetuidX, 10, static (ref w) => Set(ref w, 0, 7));
        world.Event(EventType.SyscallSetgidX, 10, static (ref w) => Set(ref w, 0, 8));
        Assert.Equal((Shift + 7, Shift + 8), (world.Thread(10).Uid, world.Thread(10).Gid));
    }

    [Fact]
    public void AFailedCallAndOneThatLeavesTheIdChangeNothing()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, new ShiftedHost());
        world.Fork(1, 10);
        var (uid, version) = (world.Thread(10).Uid, world.Thread(10).Version);
        world.Event(EventType.SyscallSetuidX, 10, static (ref w) => Set(ref w, -1, 7));
        world.Event(EventType.SyscallSetuidX, 10, static (ref w) => Set(ref w, 0, uint.MaxValue));
        Assert.Equal((uid, version), (world.Thread(10).Uid, world.Thread(10).Version));
    }

    /// <summary>A capture has nobody to ask: the id is taken as it stands.</summary>
    [Fact]
    public void InAReplayTheIdIsTheCalls()
    {
        var world = new World();
        world.Fork(1, 10);
        world.Event(EventType.SyscallSetuidX, 10, static (ref w) => Set(ref w, 0, 7));
        Assert.Equal(7u, world.Thread(10).Uid);
    }

    private static void Set(ref EventWriter writer, long result, uint id)
    {
        writer.I64(result);
        writer.U32(id);
    }

    private sealed class ShiftedHost : IHost
    {
        public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread) => NoHost.Instance.TryReadThread(tid, out thread);

        public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry) => NoHost.Instance.TryReadFd(pid, fd, out entry);

        public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user) => NoHost.Instance.TryReadUser(uid, pid, out user);

        public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group) => NoHost.Instance.TryReadGroup(gid, pid, out group);

        public uint ToHostId(uint id, bool isGroup, long tid) => id + Shift;
    }
}
