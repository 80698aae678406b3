using System.Diagnostics.CodeAnalysis;
using Peregrine.State;

namespace Peregrine.UnitTests.State;

/// <summary>A machine that shows what a test puts into it.</summary>
internal sealed class FakeHost : IHost
{
    public Dictionary<long, ThreadEntry> Threads { get; } = [];

    public Dictionary<(long Pid, long Fd), FdEntry> Fds { get; } = [];

    public Dictionary<(uint Uid, long Pid), UserEntry> Users { get; } = [];

    public HashSet<long> Alive { get; set; } = [];

    public int ThreadReads { get; private set; }

    public int UserReads { get; private set; }

    public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread)
    {
        ThreadReads++;
        return Threads.TryGetValue(tid, out thread);
    }

    public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry) => Fds.TryGetValue((pid, fd), out entry);

    public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
    {
        if (uid == 33) UserReads++;
        return Users.TryGetValue((uid, pid), out user);
    }

    public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
    {
        group = null;
        return false;
    }

    public bool IsAlive(long tid) => Alive.Contains(tid);
}
