using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Sensor.Recording;

/// <summary>
/// Threads and descriptors that were read from the machine, as events that tell of them: those of the kernel's iterators over tasks and their files; for a thread beside the main one, which those cannot name,
/// its own side of a clone.
/// </summary>
internal static class ThreadNote
{
    /// <summary>Longer vectors are cut, as in the tables of captures; an event holds three of them.</summary>
    private const int LongestVector = 16_384;

    private const int LongestText = 4096;

    private const uint CloneThread = 0x2000;

    /// <summary>Room that every note fits into.</summary>
    public const int Room = 4 * LongestVector + 8 * LongestText;

    public static ReadOnlySpan<byte> Task(Span<byte> buffer, ulong time, ThreadEntry t, ulong bootTime)
    {
        var w = new EventWriter(buffer, EventType.IterTaskE, time, t.Tid);
        w.U32((uint)t.ParentTid);
        w.U32((uint)t.Pgid);
        w.U32((uint)t.VirtualPgid);
        w.U32((uint)t.SessionId);
        Text(ref w, t.Comm);
        Vector(ref w, t.Exe, t.Args);
        Text(ref w, t.ExePath);
        w.U32(t.Flags);
        Vector(ref w, t.Group.Env);
        Text(ref w, t.Cwd);
        w.I64(t.FdLimit);
        w.U32(t.Uid);
        w.U32(t.Gid);
        w.U64(t.CapPermitted);
        w.U64(t.CapEffective);
        w.U64(t.CapInheritable);
        w.U64(t.ExeInode);
        w.U64(t.ExeInodeCtime);
        w.U64(t.ExeInodeMtime);
        w.U32(t.VmSizeKb);
        w.U32(t.VmRssKb);
        w.U32(t.VmSwapKb);
        w.U64(t.PageFaultsMajor);
        w.U64(t.PageFaultsMinor);
        w.U32((uint)t.VirtualPid);
        w.U32((uint)t.VirtualTid);
        w.U64(t.PidNamespaceStart > bootTime ? t.PidNamespaceStart - bootTime : 0);
        Vector(ref w, t.Cgroups);
        Text(ref w, t.Root);
        w.U64(t.CloneTime);
        w.U32(t.Tty);
        w.U32(t.LoginUid);
        return w.Finish();
    }

    public static ReadOnlySpan<byte> Clone(Span<byte> buffer, ulong time, ThreadEntry t, ulong bootTime)
    {
        var w = new EventWriter(buffer, EventType.SyscallClone_20X, time, t.Tid);
        w.I64(0);
        Text(ref w, t.Exe);
        Vector(ref w, t.Args);
        w.I64(t.Tid);
        w.I64(t.Pid);
        w.I64(t.ParentTid);
        Text(ref w, t.Cwd);
        w.I64(t.FdLimit);
        w.U64(t.PageFaultsMajor);
        w.U64(t.PageFaultsMinor);
        w.U32(t.VmSizeKb);
        w.U32(t.VmRssKb);
        w.U32(t.VmSwapKb);
        Text(ref w, t.Comm);
        Vector(ref w, t.Cgroups);
        w.U32(t.Flags | CloneThread);
        w.U32(t.Uid);
        w.U32(t.Gid);
        w.I64(t.VirtualTid);
        w.I64(t.VirtualPid);
        w.U64(t.PidNamespaceStart > bootTime ? t.PidNamespaceStart - bootTime : 0);
        return w.Finish();
    }

    public static ReadOnlySpan<byte> Descriptor(Span<byte> buffer, ulong time, long tid, long number, FdEntry fd) => fd.Type switch
    {
        FdType.File or FdType.FileV2 => Regular(buffer, time, tid, number, fd),
        FdType.Directory => Named(buffer, EventType.IterTaskFileDirectoryE, time, tid, number, fd),
        FdType.Fifo => Named(buffer, EventType.IterTaskFilePipeE, time, tid, number, fd),
        FdType.Memfd => Named(buffer, EventType.IterTaskFileMemfdE, time, tid, number, fd),
        FdType.Ipv4Socket or FdType.Ipv4Listener or FdType.Ipv6Socket or FdType.Ipv6Listener => IpSocket(buffer, time, tid, number, fd),
        FdType.UnixSocket => UnixSocket(buffer, time, tid, number, fd),
        FdType.Netlink => Netlink(buffer, time, tid, number, fd),
        FdType.Uninitialized or FdType.Socket => default,
        _ => Anonymous(buffer, time, tid, number, fd),
    };

    private static ReadOnlySpan<byte> Regular(Span<byte> buffer, ulong time, long tid, long number, FdEntry fd)
    {
        var w = new EventWriter(buffer, EventType.IterTaskFileRegularE, time, tid);
        w.U32((uint)number);
        Text(ref w, fd.Name);
        w.U32(fd.OpenFlags);
        w.U32(fd.MountId);
        w.U64(fd.Inode);
        return w.Finish();
    }

    private static ReadOnlySpan<byte> Named(Span<byte> buffer, EventType type, ulong time, long tid, long number, FdEntry fd)
    {
        var w = new EventWriter(buffer, type, time, tid);
        w.U32((uint)number);
        Text(ref w, fd.Name);
        w.U64(fd.Inode);
        return w.Finish();
    }

    /// <summary>The source of a tuple is the client; of a server's socket the local end is the destination.</summary>
    private static ReadOnlySpan<byte> IpSocket(Span<byte> buffer, ulong time, long tid, long number, FdEntry fd)
    {
        var six = fd.Type is FdType.Ipv6Socket or FdType.Ipv6Listener;
        var ends = fd.Tuple;
        var (local, localPort, remote, remotePort) = (ends.SourceAddress, ends.SourcePort, ends.DestinationAddress, ends.DestinationPort);
        if ((fd.Flags & FdFlags.RoleServer) != 0 && !fd.IsListener) (local, localPort, remote, remotePort) = (remote, remotePort, local, localPort);
        var isUdp = ends.Protocol == L4Protocol.Udp;
        var w = new EventWriter(buffer, six ? EventType.IterTaskFileSocketInet6E : EventType.IterTaskFileSocketInetE, time, tid);
        w.U32((uint)number);
        w.U16(isUdp ? (ushort)2 : (ushort)1);
        w.U16(isUdp ? (ushort)17 : (ushort)6);
        Address(ref w, local, six);
        w.U16(localPort);
        Address(ref w, remote, six);
        w.U16(remotePort);
        w.U64(fd.Inode);
        return w.Finish();
    }

    private static ReadOnlySpan<byte> UnixSocket(Span<byte> buffer, ulong time, long tid, long number, FdEntry fd)
    {
        var w = new EventWriter(buffer, EventType.IterTaskFileSocketUnixE, time, tid);
        w.U32((uint)number);
        w.U16(1);
        w.U16(0);
        w.U64(fd.UnixSource);
        Text(ref w, fd.Name);
        w.U64(fd.Inode);
        return w.Finish();
    }

    private static ReadOnlySpan<byte> Netlink(Span<byte> buffer, ulong time, long tid, long number, FdEntry fd)
    {
        var w = new EventWriter(buffer, EventType.IterTaskFileSocketNetlinkE, time, tid);
        w.U32((uint)number);
        w.U16(3);
        w.U16(0);
        w.U64(fd.Inode);
        return w.Finish();
    }

    private static ReadOnlySpan<byte> Anonymous(Span<byte> buffer, ulong time, long tid, long number, FdEntry fd)
    {
        var w = new EventWriter(buffer, EventType.IterTaskFileAnonInodeE, time, tid);
        w.U32((uint)number);
        w.U8(fd.Type switch
        {
            FdType.EventFd => 1,
            FdType.EventPoll => 2,
            FdType.Inotify => 3,
            FdType.SignalFd => 4,
            FdType.TimerFd => 5,
            FdType.IoUring => 6,
            FdType.Userfaultfd => 7,
            FdType.Pidfd => 8,
            FdType.Bpf => 9,
            _ => 0,
        });
        Text(ref w, fd.Name);
        w.U64(fd.Inode);
        return w.Finish();
    }

    private static void Address(ref EventWriter w, InetAddress address, bool six) => w.Bytes(InetAddress.Bytes(in address)[..(six ? InetAddress.Size : 4)]);

    private static void Text(ref EventWriter w, scoped ReadOnlySpan<byte> text) => w.Text(text.Length > LongestText ? text[..LongestText] : text);

    /// <summary>Each element ends with a NUL in an event; the entry keeps them without the last.</summary>
    private static void Vector(ref EventWriter w, scoped ReadOnlySpan<byte> vector)
    {
        if (vector.IsEmpty) w.Empty();
        else w.Text(vector.Length > LongestVector ? vector[..LongestVector] : vector);
    }

    private static void Vector(ref EventWriter w, byte[] first, byte[] rest)
    {
        byte[] whole = rest.Length == 0 ? first : [.. first, 0, .. rest];
        Vector(ref w, whole);
    }
}
