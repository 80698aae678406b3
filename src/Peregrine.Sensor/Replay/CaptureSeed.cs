using Peregrine.Capture;
using Peregrine.State;

namespace Peregrine.Sensor.Replay;

/// <summary>Turns what a capture says about the machine before its first event into the entries of the state.</summary>
public static class CaptureSeed
{
    /// <summary>The world as the capture shows it before its first event.</summary>
    /// <param name="metadata">The tables of the capture's section.</param>
    /// <param name="options">Limits of the state.</param>
    /// <param name="ignored">Container engines that are switched off.</param>
    public static StateEngine NewState(CaptureMetadata metadata, StateOptions options, IReadOnlySet<ContainerEngine>? ignored = null)
    {
        var state = new StateEngine(options with { HasFcntlArguments = metadata.IsOwn }, NoHost.Instance) { BootTime = metadata.Machine?.BootTime ?? 0 };
        // The reference takes host shells in look-alike control groups for containers; our own captures come from a sensor that did not.
        state.Containers.TakesLookAlikes = !metadata.IsOwn;
        if (ignored is not null) state.Containers.Ignored = ignored;
        foreach (var user in Users(metadata)) state.AddUser(user);
        foreach (var group in Groups(metadata)) state.AddGroup(group);
        foreach (var address in metadata.Interfaces)
        {
            if (address.IsIpv6) state.Interfaces.AddIpv6(address.Address);
            else state.Interfaces.AddIpv4(address.Address, address.Netmask);
        }
        foreach (var thread in Threads(metadata)) state.AddThread(thread);
        return state;
    }

    /// <summary>The threads in the order of the capture, those of one process sharing a group.</summary>
    public static IEnumerable<ThreadEntry> Threads(CaptureMetadata metadata)
    {
        var groups = new Dictionary<long, ThreadGroup>();
        foreach (var record in metadata.Threads)
        {
            if (!groups.TryGetValue(record.Pid, out var group)) groups[record.Pid] = group = new ThreadGroup { Pid = record.Pid };
            var leads = record.Tid == record.Pid;
            if (leads || group.Cwd.Length == 0) group.Cwd = WithSlash(record.Cwd);
            if (leads || group.Env.Length == 0) group.Env = Vector(record, record.Env);
            foreach (var fd in record.Fds) group.Fds.Set(fd.Fd, Descriptor(fd, record.Pid));
            yield return Thread(record, group);
        }
    }

    public static IEnumerable<UserEntry> Users(CaptureMetadata metadata) => metadata.Users.Select(u => new UserEntry(u.Uid, u.Gid, u.Name, u.HomeDir, u.Shell));

    public static IEnumerable<GroupEntry> Groups(CaptureMetadata metadata) => metadata.Groups.Select(g => new GroupEntry(g.Gid, g.Name));

    private static ThreadEntry Thread(ThreadRecord record, ThreadGroup group) => new()
    {
        Tid = record.Tid,
        Pid = record.Pid,
        ParentTid = record.ParentTid,
        VirtualTid = record.VirtualTid,
        VirtualPid = record.VirtualPid,
        SessionId = record.SessionId,
        VirtualPgid = record.VirtualPgid,
        Pgid = record.Pgid,
        Comm = record.Comm,
        Exe = record.Exe,
        ExePath = WithoutDeleted(record.ExePath),
        Args = Vector(record, record.Args),
        Cgroups = Vector(record, record.Cgroups),
        Root = record.Root,
        Flags = record.Flags,
        Uid = record.Uid,
        Gid = record.Gid,
        LoginUid = record.LoginUid,
        Tty = record.Tty,
        CapInheritable = record.CapInheritable,
        CapPermitted = record.CapPermitted,
        CapEffective = record.CapEffective,
        ExeInode = record.ExeInode,
        ExeInodeCtime = record.ExeInodeCtime,
        ExeInodeMtime = record.ExeInodeMtime,
        ExeWritable = record.ExeWritable,
        ExeUpperLayer = record.ExeUpperLayer,
        ExeLowerLayer = record.ExeLowerLayer,
        ExeFromMemfd = record.ExeFromMemfd,
        PidNamespaceStart = record.PidNamespaceStart,
        FdLimit = record.FdLimit,
        PageFaultsMajor = record.PageFaultsMajor,
        PageFaultsMinor = record.PageFaultsMinor,
        VmSizeKb = record.VmSizeKb,
        VmRssKb = record.VmRssKb,
        VmSwapKb = record.VmSwapKb,
        Group = group,
    };

    private static FdEntry Descriptor(FdRecord record, long pid) => new()
    {
        Type = (FdType)record.Type,
        Name = Name(record),
        OpenFlags = record.OpenFlags,
        Device = record.Device,
        Inode = record.Inode,
        UnixSource = record.UnixSource,
        UnixDestination = record.UnixDestination,
        OwnerPid = pid,
        Tuple = Tuple(record),
    };

    private static byte[] Name(FdRecord record)
    {
        var six = record.Type is FdRecordType.Ipv6Socket or FdRecordType.Ipv6Listener;
        Span<byte> text = stackalloc byte[SocketText.MaxTuple];
        switch (record.Type)
        {
            case FdRecordType.Ipv4Socket or FdRecordType.Ipv6Socket:
                return text[..SocketText.Tuple(Tuple(record), six, text)].ToArray();
            case FdRecordType.Ipv4Listener or FdRecordType.Ipv6Listener:
                return text[..SocketText.Endpoint(record.SourceAddress, record.SourcePort, six, text)].ToArray();
            default:
                return record.Name;
        }
    }

    private static SocketTuple Tuple(FdRecord record) => new()
    {
        SourceAddress = record.SourceAddress,
        DestinationAddress = record.DestinationAddress,
        SourcePort = record.SourcePort,
        DestinationPort = record.DestinationPort,
        Protocol = (L4Protocol)record.Protocol,
    };

    private static byte[] WithSlash(byte[] path) => path is [] or [.., (byte)'/'] ? path : [.. path, (byte)'/'];

    /// <summary>The kernel marks the link to an executable that was removed; the path is without the mark everywhere else.</summary>
    private static byte[] WithoutDeleted(byte[] path) => path.AsSpan().EndsWith(" (deleted)"u8) ? path[..^" (deleted)"u8.Length] : path;

    private static byte[] Vector(ThreadRecord record, byte[] vector) => !record.LacksFinalNul && vector is [.. var rest, 0] ? rest : vector;
}
