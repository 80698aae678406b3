using System.Diagnostics.CodeAnalysis;
using Peregrine.State;

namespace Peregrine.Sensor.Partitions;

/// <summary>Lets several workers ask the machine: each may ask for accounts, one at a time; all else only the one that reads asks.</summary>
/// <param name="host">The machine.</param>
internal sealed class AccountsHost(IHost host) : IHost
{
    private readonly Lock _gate = new();

    public bool CanLookUp => host.CanLookUp;

    public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread) => host.TryReadThread(tid, out thread);

    public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry) => host.TryReadFd(pid, fd, out entry);

    public ProcessReading? ReadProcess(long pid) => host.ReadProcess(pid);

    public bool IsAlive(long tid) => host.IsAlive(tid);

    public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
    {
        lock (_gate) return host.TryReadUser(uid, pid, out user);
    }

    public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
    {
        lock (_gate) return host.TryReadGroup(gid, pid, out group);
    }

    public bool PrepareAccounts(long pid)
    {
        lock (_gate) return host.PrepareAccounts(pid);
    }

    /// <remarks>The maps of ids are read with what accounts are.</remarks>
    public uint ToHostId(uint id, bool isGroup, long tid)
    {
        lock (_gate) return host.ToHostId(id, isGroup, tid);
    }
}
