namespace Peregrine.State;

/// <summary>
/// One thread as the events and the tables show it. Texts are UTF-8 without a terminating NUL and belong to the entry's table; an empty text means unknown.
/// Ids are those of the host's pid namespace unless they are called virtual.
/// </summary>
/// <remarks>
/// What a process shares (descriptors, working directory, environment) lives in <see cref="Group"/>; every thread of the process points to the same one.
/// Fields may be changed by the state engine only. The entry of a thread that has ended is used again for another: keep neither entry nor texts beyond the event, but a <see cref="Snapshot"/>.
/// </remarks>
public sealed class ThreadEntry
{
    public long Tid;

    /// <summary>The thread group: what people call the process id.</summary>
    public long Pid;

    /// <summary>The parent's thread id; 0 or less when there is none.</summary>
    public long ParentTid;

    /// <summary>The thread that the kernel gave the children to when their parent went; 0 when there was none.</summary>
    public long ReaperTid;

    public long VirtualTid = -1;

    public long VirtualPid = -1;

    public long SessionId = -1;

    public long VirtualPgid = -1;

    public long Pgid = -1;

    /// <summary>What <c>proc.name</c> shows: at most 15 bytes, as the kernel has it.</summary>
    public byte[] Comm = [];

    /// <summary>The first argument of the command line (argv[0]).</summary>
    public byte[] Exe = [];

    /// <summary>The path of the executable that runs, resolved.</summary>
    public byte[] ExePath = [];

    /// <summary>The arguments after argv[0], separated by NUL, without a final one.</summary>
    public byte[] Args = [];

    /// <summary>Control groups as <c>subsystem=path</c>, separated by NUL, without a final one.</summary>
    public byte[] Cgroups = [];

    /// <summary>The root directory as seen from the host.</summary>
    public byte[] Root = [];

    /// <summary>Clone flags and the flags of <c>clone_flags</c> in the schema (NAME_CHANGED, CLOSED, CLONE_CHILD_IN_PIDNS…).</summary>
    public uint Flags;

    public uint Uid;

    public uint Gid;

    /// <summary>The user id of the login, all ones when there was none.</summary>
    public uint LoginUid = uint.MaxValue;

    /// <summary>Device number of the controlling terminal, 0 for none.</summary>
    public uint Tty;

    public ulong CapInheritable;

    public ulong CapPermitted;

    public ulong CapEffective;

    public ulong ExeInode;

    /// <summary>Nanoseconds since the epoch.</summary>
    public ulong ExeInodeCtime;

    /// <summary>Nanoseconds since the epoch.</summary>
    public ulong ExeInodeMtime;

    public bool ExeWritable;

    public bool ExeUpperLayer;

    public bool ExeLowerLayer;

    public bool ExeFromMemfd;

    /// <summary>When the thread was cloned, ns since the epoch; 0 when it existed before.</summary>
    public ulong CloneTime;

    /// <summary>When it last executed a program, ns since the epoch; 0 when unknown.</summary>
    public ulong ExecTime;

    /// <summary>When the first process of its pid namespace started, ns since the epoch.</summary>
    public ulong PidNamespaceStart;

    public long FdLimit;

    public ulong PageFaultsMajor;

    public ulong PageFaultsMinor;

    public uint VmSizeKb;

    public uint VmRssKb;

    public uint VmSwapKb;

    /// <summary>Its time on CPUs; null while no event told of it.</summary>
    public ThreadTimes? Times;

    /// <summary>The process that the thread belongs to.</summary>
    public required ThreadGroup Group;

    /// <summary>The container it runs in; null on the host (or not known yet).</summary>
    public ContainerEntry? Container;

    /// <summary>False for a placeholder: a thread that events name and nothing describes. Its fields have no value.</summary>
    public bool IsKnown = true;

    /// <summary>Counts the changes that can alter a predicate over this process (exec, credentials, name, parent, working directory, container).</summary>
    public uint Version;

    /// <summary>What those who ask about the process remember of it; it belongs to them. How long it is good tells <see cref="ProcessStamp"/>.</summary>
    public object? Memory;

    /// <summary>When its last event happened, ns since the epoch; 0 while none was seen.</summary>
    public ulong LastEventTime;

    /// <summary>It has exited: a main thread that waits in the table for the last thread of its process, or the subject of the exit event at hand.</summary>
    public bool IsDead;

    /// <summary>Descriptors of its own, for the rare thread that was cloned without CLONE_FILES.</summary>
    internal FdTable? OwnFds;

    /// <summary>A working directory of its own, for the rare thread that does not share its process's.</summary>
    internal WorkingDirectory? OwnDirectory;

    internal ThreadOrigin Origin;

    /// <summary>Both sides of its clone have been seen.</summary>
    internal bool BothSidesSeen;

    /// <summary>The enter event of the call that it is in, where an old capture has one that matters.</summary>
    internal EnterMemory? Enter;

    internal ThreadEntry? NextInGroup;

    internal ThreadEntry? PreviousInGroup;

    public bool IsLeader => Tid == Pid;

    /// <summary>The entry as it is now, apart from the table: for who must show it later. What its process shares is shared still.</summary>
    public ThreadEntry Snapshot()
    {
        var snapshot = (ThreadEntry)MemberwiseClone();
        (snapshot.Memory, snapshot.NextInGroup, snapshot.PreviousInGroup) = (null, null, null);
        return snapshot;
    }

    /// <summary>Everything as a new entry has it but the version, which goes on, and what is remembered, which that makes stale.</summary>
    internal void Blank(ThreadGroup group)
    {
        (Tid, Pid, ParentTid, ReaperTid) = (0, 0, 0, 0);
        (VirtualTid, VirtualPid, SessionId, VirtualPgid, Pgid) = (-1, -1, -1, -1, -1);
        (Comm, Exe, ExePath, Args, Cgroups, Root) = ([], [], [], [], [], []);
        (Flags, Uid, Gid, LoginUid, Tty) = (0, 0, 0, uint.MaxValue, 0);
        (CapInheritable, CapPermitted, CapEffective) = (0, 0, 0);
        (ExeInode, ExeInodeCtime, ExeInodeMtime) = (0, 0, 0);
        (ExeWritable, ExeUpperLayer, ExeLowerLayer, ExeFromMemfd) = (false, false, false, false);
        (CloneTime, ExecTime, PidNamespaceStart, FdLimit) = (0, 0, 0, 0);
        (PageFaultsMajor, PageFaultsMinor, VmSizeKb, VmRssKb, VmSwapKb, Times) = (0, 0, 0, 0, 0, null);
        (Group, Container, IsKnown, LastEventTime, IsDead) = (group, null, true, 0, false);
        (OwnFds, OwnDirectory, Origin, BothSidesSeen, Enter, NextInGroup, PreviousInGroup) = (null, null, default, false, null, null, null);
        Version++;
    }

    /// <summary>Its descriptors: the process's, unless it has its own.</summary>
    public FdTable Fds => OwnFds ?? Group.Fds;

    public WorkingDirectory Directory => OwnDirectory ?? Group.Directory;

    /// <summary>Where its relative paths begin, always ending with <c>/</c>; empty when unknown.</summary>
    public byte[] Cwd => Directory.Path;

    /// <summary>Whether its ids inside its pid namespace differ from those of the host.</summary>
    public bool IsInPidNamespace => (VirtualTid > 0 && VirtualTid != Tid) || (VirtualPid > 0 && VirtualPid != Pid);
}

/// <summary>How a thread came into the table.</summary>
internal enum ThreadOrigin : byte
{
    /// <summary>It stood in the list of a capture or of the machine.</summary>
    Listed,
    /// <summary>The parent's side of its clone.</summary>
    ParentsEvent,
    /// <summary>Its own side of its clone.</summary>
    OwnEvent,
}
