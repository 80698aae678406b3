namespace Peregrine.State;

/// <summary>
/// One thread as the events and the tables show it. Texts are UTF-8 without a terminating NUL and belong to the entry's table; an empty text means unknown.
/// Ids are those of the host's pid namespace unless they are called virtual.
/// </summary>
/// <remarks>
/// What a process shares (descriptors, working directory, environment) lives in <see cref="Group"/>; every thread of the process points to the same one.
/// Fields may be changed by the state engine only.
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

    /// <summary>The process that the thread belongs to.</summary>
    public required ThreadGroup Group;

    /// <summary>The container it runs in; null on the host (or not known yet).</summary>
    public ContainerEntry? Container;

    /// <summary>False for a placeholder: a thread that events name and nothing describes. Its fields have no value.</summary>
    public bool IsKnown = true;

    /// <summary>Counts the changes that can alter a predicate over this process (exec, credentials, name, parent, working directory, container).</summary>
    public uint Version;

    public bool IsLeader => Tid == Pid;
}

/// <summary>What the threads of a process share.</summary>
public sealed class ThreadGroup
{
    public long Pid;

    /// <summary>The main thread; it stays here until the last thread is gone.</summary>
    public ThreadEntry? Leader;

    /// <summary>Threads alive, the leader included.</summary>
    public int ThreadCount;

    /// <summary>The working directory, always ending with <c>/</c>; empty when unknown.</summary>
    public byte[] Cwd = [];

    /// <summary>Environment entries separated by NUL, without a final one.</summary>
    public byte[] Env = [];

    public FdTable Fds = new();
}
