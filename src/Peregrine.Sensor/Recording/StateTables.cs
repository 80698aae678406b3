using Peregrine.Capture;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>Turns the state into the tables that a capture begins with: the way back of <c>CaptureSeed</c>. The texts are shared with the state, which replaces them and never changes them.</summary>
public static class StateTables
{
    /// <summary>The known threads by id; the descriptors of a process stand with its main thread, or with the first one where that has gone.</summary>
    public static List<ThreadRecord> Threads(IEnumerable<ThreadEntry> threads)
    {
        var records = new List<ThreadRecord>();
        var described = new Dictionary<ThreadGroup, ThreadRecord>(ReferenceEqualityComparer.Instance);
        foreach (var thread in threads.OrderBy(static t => t.Tid))
        {
            if (!thread.IsKnown) continue;
            var record = Thread(thread);
            records.Add(record);
            if (thread.IsLeader) described[thread.Group] = record;
            else described.TryAdd(thread.Group, record);
        }
        foreach (var (group, record) in described)
            foreach (var (number, fd) in group.Fds.Entries())
                if (fd.Type is not (FdType.Uninitialized or > FdType.Pidfd)) record.Fds.Add(Descriptor(number, fd));
        return records;
    }

    public static List<UserRecord> Users(IEnumerable<UserEntry> users) => [.. users.Select(u => new UserRecord(u.Uid, u.Gid, u.Name, u.HomeDir, u.Shell))];

    public static List<GroupRecord> Groups(IEnumerable<GroupEntry> groups) => [.. groups.Select(g => new GroupRecord(g.Gid, g.Name))];

    private static ThreadRecord Thread(ThreadEntry thread) => new()
    {
        Tid = thread.Tid,
        Pid = thread.Pid,
        ParentTid = thread.ParentTid,
        SessionId = thread.SessionId,
        VirtualPgid = thread.VirtualPgid,
        VirtualTid = thread.VirtualTid,
        VirtualPid = thread.VirtualPid,
        Pgid = thread.Pgid,
        Comm = thread.Comm,
        Exe = thread.Exe,
        ExePath = thread.ExePath,
        Args = thread.Args,
        Cwd = thread.Cwd,
        Env = thread.Group.Env,
        Cgroups = thread.Cgroups,
        Root = thread.Root,
        FdLimit = thread.FdLimit,
        Flags = thread.Flags,
        Uid = thread.Uid,
        Gid = thread.Gid,
        VmSizeKb = thread.VmSizeKb,
        VmRssKb = thread.VmRssKb,
        VmSwapKb = thread.VmSwapKb,
        PageFaultsMajor = thread.PageFaultsMajor,
        PageFaultsMinor = thread.PageFaultsMinor,
        PidNamespaceStart = thread.PidNamespaceStart,
        Tty = thread.Tty,
        LoginUid = thread.LoginUid,
        CapInheritable = thread.CapInheritable,
        CapPermitted = thread.CapPermitted,
        CapEffective = thread.CapEffective,
        ExeInode = thread.ExeInode,
        ExeInodeCtime = thread.ExeInodeCtime,
        ExeInodeMtime = thread.ExeInodeMtime,
        ExeWritable = thread.ExeWritable,
        ExeUpperLayer = thread.ExeUpperLayer,
        ExeLowerLayer = thread.ExeLowerLayer,
        ExeFromMemfd = thread.ExeFromMemfd,
        LacksFinalNul = true,
    };

    private static FdRecord Descriptor(long number, FdEntry fd) => new()
    {
        Fd = number,
        // Open flags and the device are kept by the newer form only.
        Type = fd.Type == FdType.File && (fd.OpenFlags != 0 || fd.Device != 0) ? FdRecordType.FileV2 : (FdRecordType)fd.Type,
        Name = fd.IsIpSocket || fd.IsListener ? [] : fd.Name,
        Inode = fd.Inode,
        OpenFlags = fd.OpenFlags,
        Device = fd.Device,
        SourceAddress = fd.Tuple.SourceAddress,
        DestinationAddress = fd.Tuple.DestinationAddress,
        SourcePort = fd.Tuple.SourcePort,
        DestinationPort = fd.Tuple.DestinationPort,
        Protocol = (byte)fd.Tuple.Protocol,
        UnixSource = fd.UnixSource,
        UnixDestination = fd.UnixDestination,
        IsCloseOnExec = fd.IsCloseOnExec,
    };
}
