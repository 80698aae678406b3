using Peregrine.Events;
using P = Peregrine.Events.EventParams.SyscallExecve_19X;

namespace Peregrine.State;

/// <summary>execve and execveat: another program in the same process.</summary>
internal static class ExecEvents
{
    private const uint AtEmptyPath = 1;
    private const uint ExeWritable = 1;
    private const uint ExeUpperLayer = 2;
    private const uint ExeFromMemfd = 4;
    private const uint ExeLowerLayer = 8;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallExecve_19E] = RememberExecve;
        handlers[(int)EventType.SyscallExecveatE] = RememberExecveat;
        handlers[(int)EventType.SyscallExecve_19X] = Apply;
        handlers[(int)EventType.SyscallExecveatX] = Apply;
    }

    private static void RememberExecve(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread) return;
        var memory = thread.Enter ??= new EnterMemory();
        (memory.Type, memory.Fd, memory.Flags) = (EventType.SyscallExecve_19X, -1, 0);
        memory.Text = state.Names.Intern(context.Event.Text(EventParams.SyscallExecve_19E.Filename));
    }

    private static void RememberExecveat(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread) return;
        var memory = thread.Enter ??= new EnterMemory();
        memory.Type = EventType.SyscallExecveatX;
        memory.Fd = context.Event.Int(EventParams.SyscallExecveatE.Dirfd, Directories.AtCwd);
        memory.Flags = (uint)context.Event.Uint(EventParams.SyscallExecveatE.Flags);
        memory.Text = state.Names.Intern(context.Event.Text(EventParams.SyscallExecveatE.Pathname));
    }

    private static void Apply(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread) return;
        var e = context.Event;
        var enter = thread.Enter is { } memory && memory.Type == e.Type ? memory : null;
        thread.Enter = null;
        if (e.Int(P.Res, -1) < 0) return;
        var wasKnown = thread.IsKnown;
        var pid = e.Int(P.Pid, thread.Tid);
        if (!wasKnown)
        {
            state.Threads.Identify(thread, pid, state.KnownParent(e.Int(P.Ptid)));
            // The event does not say what its pid namespace calls it; the host's ids are right for most.
            (thread.VirtualTid, thread.VirtualPid) = (thread.Tid, pid);
        }
        // Paths are those of before the exec: relative to the old descriptors.
        thread.ExePath = ExecutablePath(state, thread, in e, enter);
        state.Threads.KeepOnly(thread);
        RelinkParent(state, thread, state.KnownParent(e.Int(P.Ptid)));
        Program(state, thread, in e);
        Credentials(thread, in e);
        CloseOnExec(thread);
        // A capture that begins after the process does not show where it works, as its readers know it; a live event does.
        if (wasKnown || state.Options.LookUpUnknown) Directories.SetUnlessUnknown(state, thread.Directory, e.Text(P.Cwd));
        thread.ExecTime = e.Timestamp;
        thread.Version++;
        state.PlaceInContainer(thread);
        state.PrepareAccounts(thread);
        state.Threads.LineageChanged(thread);
    }

    private static void Program(StateEngine state, ThreadEntry thread, in EventView e)
    {
        thread.Comm = state.Names.Intern(e.Text(P.Comm), thread.Comm);
        thread.Exe = state.Names.Intern(e.Text(P.Exe), thread.Exe);
        thread.Args = state.Names.Intern(Vectors.WithoutEnd(e.Param(P.Args)), thread.Args);
        thread.Group.Env = state.Names.Intern(Vectors.WithoutEnd(e.Param(P.Env)), thread.Group.Env);
        state.Budget.NoteTexts(thread.Args.Length + thread.Group.Env.Length);
        var groups = ControlGroups.Of(state, e.Param(P.Cgroups));
        if (!groups.IsEmpty) thread.Cgroups = state.Names.Intern(groups, thread.Cgroups);
        thread.FdLimit = e.Int(P.Fdlimit, thread.FdLimit);
        thread.PageFaultsMajor = e.Uint(P.PgftMaj, thread.PageFaultsMajor);
        thread.PageFaultsMinor = e.Uint(P.PgftMin, thread.PageFaultsMinor);
        thread.VmSizeKb = (uint)e.Uint(P.VmSize, thread.VmSizeKb);
        thread.VmRssKb = (uint)e.Uint(P.VmRss, thread.VmRssKb);
        thread.VmSwapKb = (uint)e.Uint(P.VmSwap, thread.VmSwapKb);
        thread.Tty = (uint)e.Uint(P.Tty, thread.Tty);
        thread.VirtualPgid = e.Int(P.Vpgid, thread.VirtualPgid);
        thread.Pgid = e.Int(P.Pgid, thread.Pgid);
        var flags = (uint)e.Uint(P.Flags);
        thread.ExeWritable = (flags & ExeWritable) != 0;
        thread.ExeUpperLayer = (flags & ExeUpperLayer) != 0;
        thread.ExeFromMemfd = (flags & ExeFromMemfd) != 0;
        thread.ExeLowerLayer = (flags & ExeLowerLayer) != 0;
        thread.ExeInode = e.Uint(P.ExeIno, thread.ExeInode);
        thread.ExeInodeCtime = e.Uint(P.ExeInoCtime, thread.ExeInodeCtime);
        thread.ExeInodeMtime = e.Uint(P.ExeInoMtime, thread.ExeInodeMtime);
    }

    private static void Credentials(ThreadEntry thread, in EventView e)
    {
        thread.LoginUid = (uint)e.Uint(P.Loginuid, thread.LoginUid);
        thread.CapInheritable = e.Uint(P.CapInheritable, thread.CapInheritable);
        thread.CapPermitted = e.Uint(P.CapPermitted, thread.CapPermitted);
        thread.CapEffective = e.Uint(P.CapEffective, thread.CapEffective);
        thread.Uid = (uint)e.Uint(P.Uid, thread.Uid);
        thread.Gid = (uint)e.Uint(P.Gid, thread.Gid);
    }

    private static void RelinkParent(StateEngine state, ThreadEntry thread, long parent)
    {
        if (parent <= 0 || parent == thread.ParentTid || parent == thread.Tid) return;
        thread.ParentTid = parent;
        state.Threads.LinkToParent(thread.Group);
    }

    /// <summary>The kernel gives a program a table of its own before it closes what is marked.</summary>
    private static void CloseOnExec(ThreadEntry thread)
    {
        if (thread.OwnFds is { } own)
        {
            if (--thread.Group.Fds.Sharers <= 0) thread.Group.Fds.Clear();
            thread.Group.Fds = own;
            thread.OwnFds = null;
        }
        if (thread.OwnDirectory is { } directory) (thread.Group.Directory, thread.OwnDirectory) = (directory, null);
        thread.Group.UnshareFds();
        thread.Group.Fds.CloseOnExec();
    }

    private static byte[] ExecutablePath(StateEngine state, ThreadEntry thread, in EventView e, EnterMemory? enter)
    {
        var resolved = Texts.WithoutDeleted(e.Text(P.TrustedExepath));
        if (!resolved.IsEmpty) return state.Names.Intern(resolved, thread.ExePath);
        ReadOnlySpan<byte> path = enter is not null ? enter.Text : e.Type == EventType.SyscallExecve_19X ? e.Text(P.Filename) : default;
        var directory = enter?.Fd ?? Directories.AtCwd;
        if (enter is not null && (enter.Flags & AtEmptyPath) != 0 && (path.IsEmpty || path.SequenceEqual(Texts.NotAvailable)))
            return thread.Fds.Find(enter.Fd)?.Name ?? state.Names.Intern(Texts.NotAvailable);
        if (path.IsEmpty) return [];
        if (path.SequenceEqual(Texts.NotAvailable)) return state.Names.Intern(path);
        return state.Names.Intern(Directories.Resolve(state, thread, enter is null || enter.Type == EventType.SyscallExecve_19X ? Directories.AtCwd : directory, path));
    }
}
