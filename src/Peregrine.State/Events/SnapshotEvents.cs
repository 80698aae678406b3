using System.Buffers.Binary;
using Peregrine.Events;
using P = Peregrine.Events.EventParams.IterTaskE;

namespace Peregrine.State;

/// <summary>What iterators over the kernel's tasks and files report: processes and descriptors that were there before the first system call.</summary>
internal static class SnapshotEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.IterTaskE] = Task;
        handlers[(int)EventType.IterTaskFilePipeE] = static (s, ref c) => File(s, ref c, FdType.Fifo);
        handlers[(int)EventType.IterTaskFileMemfdE] = static (s, ref c) => File(s, ref c, FdType.Memfd);
        handlers[(int)EventType.IterTaskFileDirectoryE] = static (s, ref c) => File(s, ref c, FdType.Directory);
        handlers[(int)EventType.IterTaskFileRegularE] = Regular;
        handlers[(int)EventType.IterTaskFileAnonInodeE] = Anonymous;
        handlers[(int)EventType.IterTaskFileSocketUnixE] = UnixSocket;
        handlers[(int)EventType.IterTaskFileSocketNetlinkE] = Netlink;
    }

    /// <summary>
    /// Main threads only: the event does not say which process another thread belongs to. Of one that is known it tells what it is now: who recorded had lost events, and looked again.
    /// </summary>
    private static void Task(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        var tid = e.ThreadId;
        if (tid <= 0 || e.Int(P.Vtgid, -1) != e.Int(P.Vpid, -2)) return;
        var isKnown = state.Threads.Find(tid) is { IsKnown: true };
        var group = state.Threads.NewGroup(tid);
        group.Env = state.Names.Intern(Vectors.WithoutEnd(e.Param(P.Env)));
        Directories.SetUnlessUnknown(state, group.Directory, e.Text(P.Cwd));
        var thread = new ThreadEntry
        {
            Tid = tid,
            Pid = tid,
            ParentTid = e.Int(P.Ppid),
            VirtualTid = e.Int(P.Vpid),
            VirtualPid = e.Int(P.Vtgid),
            SessionId = e.Int(P.Sid, -1),
            Pgid = e.Int(P.Pgid, -1),
            VirtualPgid = e.Int(P.Vpgid, -1),
            Comm = state.Names.Intern(e.Text(P.Comm)),
            Exe = state.Names.Intern(First(e.Param(P.Argv))),
            Args = state.Names.Intern(Rest(e.Param(P.Argv))),
            ExePath = state.Names.Intern(e.Text(P.Exepath)),
            Cgroups = state.Names.Intern(Vectors.WithoutEnd(e.Param(P.Cgroups))),
            Root = state.Names.Intern(e.Text(P.Root)),
            Uid = (uint)e.Uint(P.Euid),
            Gid = (uint)e.Uint(P.Egid),
            LoginUid = (uint)e.Uint(P.Loginuid, uint.MaxValue),
            Tty = (uint)e.Uint(P.Tty),
            CapPermitted = e.Uint(P.CapPermitted),
            CapEffective = e.Uint(P.CapEffective),
            CapInheritable = e.Uint(P.CapInheritable),
            ExeInode = e.Uint(P.ExeInoNum),
            ExeInodeCtime = e.Uint(P.ExeInoCtime),
            ExeInodeMtime = e.Uint(P.ExeInoMtime),
            FdLimit = e.Int(P.Fdlimit),
            VmSizeKb = (uint)e.Uint(P.VmSize),
            VmRssKb = (uint)e.Uint(P.VmRss),
            VmSwapKb = (uint)e.Uint(P.VmSwap),
            PageFaultsMajor = e.Uint(P.PgftMaj),
            PageFaultsMinor = e.Uint(P.PgftMin),
            PidNamespaceStart = e.Uint(P.PidnsInitStartTs) is > 0 and var sinceBoot ? state.BootTime + sinceBoot : 0,
            CloneTime = e.Uint(P.StartTime),
            Group = group,
        };
        if (isKnown)
        {
            thread.Group.Leader = thread;
            new ProcessHealing(state).Apply(new ProcessReading(tid, context.Event.Timestamp, [thread], HasAllThreads: false, HasAllFds: false), isInTime: true);
            context.Thread = state.Threads.Find(tid);
        }
        else if (state.AddThread(thread))
        {
            context.Thread = thread;
        }
    }

    private static void Regular(StateEngine state, ref EventContext context)
    {
        if (File(state, ref context, FdType.FileV2) is not { } entry) return;
        entry.OpenFlags = (uint)context.Event.Uint(EventParams.IterTaskFileRegularE.Flags);
        entry.MountId = (uint)context.Event.Uint(EventParams.IterTaskFileRegularE.MntId);
        entry.Inode = context.Event.Uint(EventParams.IterTaskFileRegularE.InoNum);
    }

    private static void Anonymous(StateEngine state, ref EventContext context)
    {
        var type = context.Event.Int(EventParams.IterTaskFileAnonInodeE.FdType) switch
        {
            1 => FdType.EventFd,
            2 => FdType.EventPoll,
            3 => FdType.Inotify,
            4 => FdType.SignalFd,
            5 => FdType.TimerFd,
            6 => FdType.IoUring,
            7 => FdType.Userfaultfd,
            8 => FdType.Pidfd,
            >= 9 and <= 12 => FdType.Bpf,
            _ => FdType.Unsupported,
        };
        Add(state, ref context, type, context.Event.Text(EventParams.IterTaskFileAnonInodeE.Path));
    }

    private static void UnixSocket(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (Add(state, ref context, FdType.UnixSocket, e.Text(EventParams.IterTaskFileSocketUnixE.SunPath)) is { } entry) entry.UnixSource = e.Uint(EventParams.IterTaskFileSocketUnixE.SkPointer);
    }

    private static void Netlink(StateEngine state, ref EventContext context) => Add(state, ref context, FdType.Netlink, default);

    /// <summary>These events begin with the number and the path.</summary>
    private static FdEntry? File(StateEngine state, ref EventContext context, FdType type) => Add(state, ref context, type, context.Event.Text(EventParams.IterTaskFilePipeE.Path));

    /// <summary>All of these events begin with the number and end with the inode.</summary>
    private static FdEntry? Add(StateEngine state, ref EventContext context, FdType type, ReadOnlySpan<byte> name)
    {
        var e = context.Event;
        if (state.Threads.Find(e.ThreadId) is not { } thread) return null;
        var entry = state.FdPool.Rent();
        entry.Type = type;
        entry.Name = state.Names.Intern(name);
        var last = e.Param(e.ParamCount - 1);
        if (last.Length == 8) entry.Inode = BinaryPrimitives.ReadUInt64LittleEndian(last);
        context.Thread = thread;
        NewDescriptors.Add(ref context, thread, e.Int(EventParams.IterTaskFilePipeE.Fd, -1), entry);
        return entry;
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> vector)
    {
        var end = vector.IndexOf((byte)0);
        return end < 0 ? vector : vector[..end];
    }

    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> vector)
    {
        var end = vector.IndexOf((byte)0);
        return end < 0 ? default : Vectors.WithoutEnd(vector[(end + 1)..]);
    }
}
