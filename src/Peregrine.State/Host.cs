using System.Diagnostics.CodeAnalysis;

namespace Peregrine.State;

/// <summary>The machine below the sensor, as far as the state needs to ask it. Implemented over procfs by Peregrine.Kernel; absent when replaying.</summary>
public interface IHost
{
    /// <summary>Reads one thread from the machine; false when it is gone or the look-up budget is spent.</summary>
    bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread);

    /// <summary>Reads one descriptor of a process; false when it is gone or the budget is spent.</summary>
    bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry);

    /// <summary>A user of the mount namespace that <paramref name="pid"/> lives in (0: the host's).</summary>
    bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user);

    /// <summary>A group, likewise.</summary>
    bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group);

    /// <summary>
    /// Has the accounts of the mount namespace that <paramref name="pid"/> lives in read, without waiting for them. True when they were there already; false while they are read, for the host's own
    /// namespace and for a process that is gone.
    /// </summary>
    bool PrepareAccounts(long pid) => false;

    /// <summary>The host's id for a user or group that a thread names by the id that it has in the thread's user namespace. The id itself when the thread is gone or the budget is spent.</summary>
    uint ToHostId(uint id, bool isGroup, long tid) => id;

    /// <summary>Whether this second's budget has room for another look-up. A look-up refused for want of it says nothing about what was asked.</summary>
    bool CanLookUp => true;

    /// <summary>Reads the process with all its threads and descriptors now; null when it is gone or the budget is spent.</summary>
    ProcessReading? ReadProcess(long pid) => null;

    /// <summary>Whether the thread still exists; asked before a thread that has been silent for long is forgotten.</summary>
    bool IsAlive(long tid) => true;
}

/// <summary>There is no machine to ask: the capture says all.</summary>
public sealed class NoHost : IHost
{
    public static readonly NoHost Instance = new();

    public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread)
    {
        thread = null;
        return false;
    }

    public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry)
    {
        entry = null;
        return false;
    }

    public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
    {
        user = null;
        return false;
    }

    public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
    {
        group = null;
        return false;
    }
}
