using Peregrine.Kernel.Proc.Descriptors;
using Peregrine.Kernel.Proc.Files;
using Peregrine.Kernel.Proc.Native;
using Peregrine.Kernel.Proc.Sockets;
using Peregrine.State;

namespace Peregrine.Kernel.Proc;

/// <summary>
/// Reads processes and threads into entries. Holds the buffers and the tables (mounts, sockets) that many of them share; not thread-safe.
/// </summary>
/// <remarks>Each process is opened once and its files are read relative to that: a number that is given to another process meanwhile leads to an error, never to a mix of two.</remarks>
internal sealed class ThreadReader
{
    public const uint ThreadFlags = 0x2001; // CLONE_THREAD | CLONE_FILES: what a thread of a process shares
    private const int StatusLimit = 64 * 1024;
    private const int CgroupLimit = 64 * 1024;

    private readonly ProcOptions _options;
    private readonly HostClock _clock;
    private readonly CgroupFile _cgroups;
    private readonly MountTables _mounts = new();
    private readonly SocketReader _sockets;
    private readonly FdReader _fds;
    private readonly ExecutableReader _executables;
    private readonly FileBuffer _buffer = new();
    private readonly byte[] _cgroupText = new byte[CgroupLimit];
    private readonly List<long> _tids = [];
    private ByteInterner _texts = new();

    public ThreadReader(ProcOptions options, HostClock clock, ReadOnlySpan<byte> unifiedControllers, EphemeralPorts ephemeral, bool arm64)
    {
        _options = options;
        _clock = clock;
        _cgroups = new CgroupFile(unifiedControllers);
        _sockets = new SocketReader(ephemeral);
        _fds = new FdReader(_mounts, _sockets, arm64);
        _executables = new ExecutableReader(options.HostRoot, _mounts);
    }

    public PidNamespaces PidNamespaces { get; } = new();

    /// <summary>Descriptors that a limit kept out.</summary>
    public long FdsLeftOut { get; private set; }

    /// <summary>Lets go of what was read of mounts, sockets and executables: it is old.</summary>
    public void Forget()
    {
        _mounts.Forget();
        _sockets.Forget();
        _executables.Forget();
        _texts = new ByteInterner();
    }

    /// <summary>Reads a process with all its threads. Adds nothing when it is gone; what vanishes while it is read stays empty.</summary>
    /// <returns>Whether all threads and all descriptors were read.</returns>
    public (bool Threads, bool Fds) ReadProcess(ProcDirectory process, int fdLimit, int threadLimit, List<ThreadEntry> into)
    {
        if (ReadMain(process, fdLimit, out var status, out var kernel) is not { } leader) return (true, true);
        var hasAllFds = kernel || _fds.IsComplete;
        var group = leader.Group;
        group.Leader = leader;
        group.ThreadCount = 1;
        into.Add(leader);
        if (kernel || status.Threads <= 1) return (true, hasAllFds);
        using var tasks = ProcDirectory.Open(process.Fd, "task"u8);
        if (!tasks.IsOpen) return (false, hasAllFds);
        _tids.Clear();
        tasks.ListNumbers(_tids);
        foreach (var tid in _tids)
        {
            if (tid == leader.Tid) continue;
            if (group.ThreadCount >= threadLimit) return (false, hasAllFds);
            using var task = ProcDirectory.Open(tasks.Fd, tid);
            if (!task.IsOpen || ReadSibling(task, leader) is not { } thread) continue;
            group.ThreadCount++;
            into.Add(thread);
        }
        return (true, hasAllFds);
    }

    /// <summary>Reads the thread that a folder of procfs stands for, with what its process shares.</summary>
    public ThreadEntry? ReadMain(ProcDirectory process, int fdLimit, out StatusFile status, out bool kernelThread)
    {
        status = default;
        kernelThread = false;
        var group = new ThreadGroup();
        var thread = new ThreadEntry { Group = group };
        if (!ReadOwn(process, thread, out status, out kernelThread)) return null;
        group.Pid = thread.Pid;
        var namespaces = ProcessNamespaces.Read(process, _buffer);
        ReadCgroups(process, thread);
        ReadDirectories(process, thread, group);
        PidNamespaces.Note(thread, namespaces.Pid, status.PidNamespaceDepth);
        if (kernelThread) return thread;
        ReadCommandLine(process, thread);
        ReadLoginUid(process, thread);
        if (_buffer.TryRead(process.Fd, "environ"u8, _options.MaxEnvironment, out var environment))
            group.Env = CommandLine.WithoutFinal(environment).ToArray();
        if (_buffer.TryRead(process.Fd, "limits"u8, StatusLimit, out var limits)) thread.FdLimit = LimitsFile.OpenFiles(limits);
        _executables.Read(process, namespaces, thread, status);
        FdsLeftOut += _fds.ReadAll(process, namespaces, group.Fds, fdLimit);
        return thread;
    }

    /// <summary>
    /// Looks for the start of a pid namespace that no scan met, upwards from one of its processes: its first process takes in every orphan, so it is an ancestor of all but those that entered
    /// from outside.
    /// </summary>
    public void FindNamespaceStart(ProcDirectory proc, ThreadEntry thread)
    {
        const int Highest = 64;
        var ancestor = new ThreadEntry { Group = thread.Group, ParentTid = thread.ParentTid };
        for (var i = 0; i < Highest && ancestor.ParentTid > 0; i++)
        {
            using var folder = ProcDirectory.Open(proc.Fd, ancestor.ParentTid);
            if (!folder.IsOpen || !ReadOwn(folder, ancestor, out var status, out _)) return;
            if (!PidNamespaces.IsOpen(thread.Group, out var depth) || status.PidNamespaceDepth < depth) return;
            if (ancestor.VirtualPid != 1 || status.PidNamespaceDepth != depth) continue;
            PidNamespaces.Learn(thread.Group, ancestor.CloneTime);
            return;
        }
    }

    public FdEntry? ReadFd(ProcDirectory process, long fd) => _fds.ReadOne(process, ProcessNamespaces.Read(process, _buffer), fd);

    /// <summary>A further thread of a process: its own name, times and credentials, the rest as its leader has it.</summary>
    private ThreadEntry? ReadSibling(ProcDirectory task, ThreadEntry leader)
    {
        var thread = new ThreadEntry { Group = leader.Group };
        if (!ReadOwn(task, thread, out _, out _)) return null;
        thread.Flags |= ThreadFlags;
        thread.Exe = leader.Exe;
        thread.ExePath = leader.ExePath;
        thread.Args = leader.Args;
        thread.Cgroups = leader.Cgroups;
        thread.Root = leader.Root;
        thread.LoginUid = leader.LoginUid;
        thread.ExeInode = leader.ExeInode;
        thread.ExeInodeCtime = leader.ExeInodeCtime;
        thread.ExeInodeMtime = leader.ExeInodeMtime;
        thread.ExeWritable = leader.ExeWritable;
        thread.ExeUpperLayer = leader.ExeUpperLayer;
        thread.ExeLowerLayer = leader.ExeLowerLayer;
        thread.ExeFromMemfd = leader.ExeFromMemfd;
        thread.PidNamespaceStart = leader.PidNamespaceStart;
        thread.FdLimit = leader.FdLimit;
        PidNamespaces.NoteSibling(thread, leader);
        return thread;
    }

    private bool ReadOwn(ProcDirectory folder, ThreadEntry thread, out StatusFile status, out bool kernelThread)
    {
        status = default;
        kernelThread = false;
        if (!_buffer.TryRead(folder.Fd, "stat"u8, StatusLimit, out var text) || !StatFile.TryParse(text, out var stat)) return false;
        thread.Tid = new TextCursor(text).Number();
        thread.Comm = stat.Comm.ToArray();
        thread.Pgid = stat.Pgid;
        thread.SessionId = stat.SessionId;
        thread.Tty = stat.Tty;
        thread.PageFaultsMajor = stat.PageFaultsMajor;
        thread.PageFaultsMinor = stat.PageFaultsMinor;
        thread.CloneTime = _clock.FromTicks(stat.StartTicks);
        kernelThread = stat.IsKernelThread;
        if (!_buffer.TryRead(folder.Fd, "status"u8, StatusLimit, out text) || !StatusFile.TryParse(text, out status)) return false;
        thread.Pid = status.Tgid;
        thread.ParentTid = status.ParentPid;
        thread.Uid = status.Uid;
        thread.Gid = status.Gid;
        thread.VirtualTid = status.VirtualTid;
        thread.VirtualPid = status.VirtualPid;
        thread.VirtualPgid = status.VirtualPgid;
        thread.VmSizeKb = status.VmSizeKb;
        thread.VmRssKb = status.VmRssKb;
        thread.VmSwapKb = status.VmSwapKb;
        thread.CapInheritable = status.CapInheritable;
        thread.CapPermitted = status.CapPermitted;
        thread.CapEffective = status.CapEffective;
        return thread.Tid > 0;
    }

    private void ReadCommandLine(ProcDirectory process, ThreadEntry thread)
    {
        if (!_buffer.TryRead(process.Fd, "cmdline"u8, _options.MaxCommandLine, out var text)) return;
        CommandLine.Split(text, out var exe, out var arguments);
        thread.Exe = exe.ToArray();
        thread.Args = arguments.ToArray();
    }

    private void ReadCgroups(ProcDirectory process, ThreadEntry thread)
    {
        if (!_buffer.TryRead(process.Fd, "cgroup"u8, CgroupLimit, out var text)) return;
        var length = _cgroups.Convert(text, _cgroupText);
        thread.Cgroups = _texts.Get(_cgroupText.AsSpan(0, length));
    }

    private void ReadDirectories(ProcDirectory process, ThreadEntry thread, ThreadGroup group)
    {
        thread.Root = _texts.Get(_buffer.ReadLink(process.Fd, "root"u8));
        var cwd = _buffer.ReadLink(process.Fd, "cwd"u8);
        if (cwd.IsEmpty) return;
        if (cwd.StartsWith("(unreachable)"u8)) cwd = cwd["(unreachable)"u8.Length..];
        if (cwd.EndsWith(" (deleted)"u8) && process.TryStat("cwd"u8, out var stat)) cwd = DeletedSuffix.Remove(cwd, stat.Links, stat.Inode);
        group.Cwd = cwd.EndsWith((byte)'/') ? _texts.Get(cwd) : _texts.Get([.. cwd, (byte)'/']);
    }

    private void ReadLoginUid(ProcDirectory process, ThreadEntry thread)
    {
        if (_buffer.TryRead(process.Fd, "loginuid"u8, 64, out var text) && !text.IsEmpty) thread.LoginUid = (uint)new TextCursor(text).Unsigned();
    }
}
