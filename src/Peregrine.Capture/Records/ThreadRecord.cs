namespace Peregrine.Capture;

/// <summary>
/// A thread as the process list of a capture has it. Texts are UTF-8 without a NUL; the vectors <see cref="Args"/>, <see cref="Env"/> and <see cref="Cgroups"/>
/// are raw: their elements are separated by NUL, and a final NUL may be there or not. Fields that the version of the list does not have keep the defaults shown.
/// </summary>
public sealed class ThreadRecord
{
    public long Tid;
    public long Pid;
    public long ParentTid;
    public long SessionId = -1;
    public long VirtualPgid = -1;
    public long VirtualTid = -1;
    public long VirtualPid = -1;
    public long Pgid = -1;
    public byte[] Comm = [];
    /// <summary>argv[0].</summary>
    public byte[] Exe = [];
    public byte[] ExePath = [];
    /// <summary>The arguments after argv[0], raw.</summary>
    public byte[] Args = [];
    public byte[] Cwd = [];
    /// <summary>Raw.</summary>
    public byte[] Env = [];
    /// <summary><c>subsystem=path</c> elements, raw.</summary>
    public byte[] Cgroups = [];
    public byte[] Root = [];
    public long FdLimit;
    public uint Flags;
    public uint Uid;
    public uint Gid;
    public uint VmSizeKb;
    public uint VmRssKb;
    public uint VmSwapKb;
    public ulong PageFaultsMajor;
    public ulong PageFaultsMinor;
    /// <summary>Nanoseconds since the epoch.</summary>
    public ulong PidNamespaceStart;
    public uint Tty;
    public uint LoginUid = uint.MaxValue;
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

    /// <summary>Whether <see cref="Args"/>, <see cref="Env"/> and <see cref="Cgroups"/> lack their final NUL, which is written then: so that tables made of the state need no copies of its texts.</summary>
    public bool LacksFinalNul;

    /// <summary>The descriptors that the capture lists for this thread id.</summary>
    public List<FdRecord> Fds = [];
}
