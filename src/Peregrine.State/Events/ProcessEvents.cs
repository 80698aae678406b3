using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Exit, sessions and process groups, names, limits, namespaces, memory.</summary>
internal static class ProcessEvents
{
    private const long PrSetName = 15;
    private const long PrSetChildSubreaper = 36;
    private const long RlimitNofile = 7;

    /// <summary>TASK_COMM_LEN without the NUL.</summary>
    private const int LongestName = 15;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.ProcexitE] = Exit;
        handlers[(int)EventType.Procexit_1E] = Exit;
        handlers[(int)EventType.SyscallPrctlX] = Prctl;
        handlers[(int)EventType.SyscallSetsidX] = Setsid;
        handlers[(int)EventType.SyscallSetpgidX] = Setpgid;
        handlers[(int)EventType.SyscallSetrlimitX] = Setrlimit;
        handlers[(int)EventType.SyscallGetrlimitX] = Setrlimit;
        handlers[(int)EventType.SyscallPrlimitX] = Prlimit;
        handlers[(int)EventType.SyscallUnshareX] = Unshare;
        handlers[(int)EventType.SyscallSetnsX] = Setns;
        handlers[(int)EventType.SyscallBrk_4X] = Memory;
        handlers[(int)EventType.SyscallMmapX] = Memory;
        handlers[(int)EventType.SyscallMmap2X] = Memory;
        handlers[(int)EventType.SyscallMunmapX] = Memory;
    }

    private static void Exit(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread)
        {
            // Killed before it ran: nothing of it was seen, and the call that made it may only come now.
            state.RecentExits.Add(context.Event.ThreadId, context.Event.Timestamp, awaitsParent: true);
            return;
        }
        if (context.Event.Type == EventType.Procexit_1E) thread.ReaperTid = Math.Max(0, context.Event.Int(EventParams.Procexit_1E.ReaperTid));
        ThreadTable.MarkDead(thread);
        state.RemoveLater(thread);
    }

    private static void Prctl(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(EventParams.SyscallPrctlX.Res, -1) < 0) return;
        switch (context.Event.Int(EventParams.SyscallPrctlX.Option))
        {
            case PrSetName:
                var name = context.Event.Text(EventParams.SyscallPrctlX.Arg2Str);
                if (name.Length > LongestName) name = name[..LongestName];
                thread.Comm = state.Names.Intern(name, thread.Comm);
                thread.Version++;
                state.Threads.LineageChanged(thread);
                break;
            case PrSetChildSubreaper:
                thread.Group.IsSubreaper = context.Event.Int(EventParams.SyscallPrctlX.Arg2Int) != 0;
                break;
        }
    }

    private static void Setsid(StateEngine state, ref EventContext context)
    {
        var session = context.Event.Int(EventParams.SyscallSetsidX.Res, -1);
        if (context.Thread is not { } subject || session < 0) return;
        for (var thread = subject.Group.FirstThread; thread is not null; thread = thread.NextInGroup)
        {
            // A new session has no controlling terminal yet.
            (thread.SessionId, thread.VirtualPgid, thread.Pgid, thread.Tty) = (session, session, thread.Pid, 0);
            thread.Version++;
        }
        state.Threads.LineageChanged(subject);
    }

    private static void Setpgid(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } caller || context.Event.Int(EventParams.SyscallSetpgidX.Res, -1) < 0) return;
        var pid = context.Event.Int(EventParams.SyscallSetpgidX.Pid);
        var group = context.Event.Int(EventParams.SyscallSetpgidX.Pgid);
        // Inside a pid namespace the numbers are the namespace's: only the caller itself can be told by them.
        var target = pid == 0 || pid == caller.VirtualPid ? caller : caller.IsInPidNamespace ? null : state.Threads.Find(pid);
        if (target is null) return;
        if (group == 0) group = target.VirtualPid > 0 ? target.VirtualPid : target.Pid;
        for (var thread = target.Group.FirstThread; thread is not null; thread = thread.NextInGroup)
        {
            thread.VirtualPgid = group;
            thread.Pgid = !thread.IsInPidNamespace ? group : group == thread.VirtualPid ? thread.Pid : -1;
            thread.Version++;
        }
        state.Threads.LineageChanged(target);
    }

    private static void Setrlimit(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(EventParams.SyscallSetrlimitX.Res, -1) < 0) return;
        if (context.Event.Int(EventParams.SyscallSetrlimitX.Resource) == RlimitNofile) thread.FdLimit = context.Event.Int(EventParams.SyscallSetrlimitX.Cur);
    }

    private static void Prlimit(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } caller || context.Event.Int(EventParams.SyscallPrlimitX.Res, -1) < 0) return;
        if (context.Event.Int(EventParams.SyscallPrlimitX.Resource) != RlimitNofile) return;
        var limit = context.Event.Int(EventParams.SyscallPrlimitX.Newcur, -1);
        var pid = context.Event.Int(EventParams.SyscallPrlimitX.Pid);
        if (limit >= 0 && (pid == 0 ? caller : caller.IsInPidNamespace ? null : state.Threads.Find(pid)) is { } target) target.FdLimit = limit;
    }

    private static void Unshare(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(EventParams.SyscallUnshareX.Res, -1) < 0) return;
        var flags = (uint)context.Event.Uint(EventParams.SyscallUnshareX.Flags);
        if ((flags & CloneFlags.NewUser) != 0) CredentialEvents.GiveAll(thread);
        // New mounts and users come with a place of one's own in them.
        if ((flags & (CloneFlags.FileSystem | CloneFlags.NewMounts | CloneFlags.NewUser)) != 0) Directories.Unshare(thread);
        if ((flags & CloneFlags.Files) == 0) return;
        if (thread.Group.ThreadCount > 1) thread.OwnFds ??= thread.Group.Fds.Fork();
        else thread.Group.UnshareFds();
    }

    private static void Setns(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(EventParams.SyscallSetnsX.Res, -1) < 0) return;
        var kinds = (uint)context.Event.Uint(EventParams.SyscallSetnsX.Nstype);
        if ((kinds & CloneFlags.NewUser) != 0) CredentialEvents.GiveAll(thread);
        if ((kinds & CloneFlags.NewMounts) == 0) return;
        // The kernel puts who enters a mount namespace at its root.
        Directories.Set(state, thread.Directory, "/"u8);
        thread.Version++;
    }

    /// <summary>These calls report the sizes of the address space at the same positions.</summary>
    private static void Memory(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread) return;
        thread.VmSizeKb = (uint)context.Event.Uint(EventParams.SyscallMmapX.VmSize, thread.VmSizeKb);
        thread.VmRssKb = (uint)context.Event.Uint(EventParams.SyscallMmapX.VmRss, thread.VmRssKb);
        thread.VmSwapKb = (uint)context.Event.Uint(EventParams.SyscallMmapX.VmSwap, thread.VmSwapKb);
    }
}
