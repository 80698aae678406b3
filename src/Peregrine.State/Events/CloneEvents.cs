using Peregrine.Events;
using P = Peregrine.Events.EventParams.SyscallClone_20X;

namespace Peregrine.State;

/// <summary>
/// clone, clone3, fork, vfork: each call gives two events, the parent's (the result is the child) and the child's own (the result is 0), in either order.
/// The first makes the child; the child's own knows its ids, groups and credentials for sure and corrects the other.
/// </summary>
internal static class CloneEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallClone_20X] = Apply;
        handlers[(int)EventType.SyscallFork_20X] = Apply;
        handlers[(int)EventType.SyscallVfork_20X] = Apply;
        handlers[(int)EventType.SyscallClone3X] = Apply;
    }

    private static void Apply(StateEngine state, ref EventContext context)
    {
        var result = context.Event.Int(P.Res, -1);
        if (result > 0) ParentsSide(state, ref context, result);
        else if (result == 0) ChildsSide(state, ref context);
    }

    private static void ParentsSide(StateEngine state, ref EventContext context, long childTid)
    {
        if (context.Thread is not { } parent) return;
        var e = context.Event;
        if (!parent.IsKnown)
        {
            state.Threads.Identify(parent, e.Int(P.Pid, parent.Tid), state.KnownParent(e.Int(P.Ptid)));
            Correct(state, parent, in e);
        }
        Refresh(state, parent, in e);
        var flags = (uint)e.Uint(P.Flags);
        // Inside a pid namespace the result is not the host's id of the child: only the child itself knows that.
        if (parent.IsInPidNamespace || (flags & CloneFlags.ChildInPidNamespace) != 0) return;
        if (state.RecentExits.TakeAwaited(childTid)) return;
        if (state.Threads.Find(childTid) is { IsKnown: true } existing)
        {
            if (existing is { Origin: ThreadOrigin.OwnEvent, BothSidesSeen: false } || IsListed(state, existing, e.Timestamp))
            {
                existing.BothSidesSeen = true;
                return;
            }
        }
        var isThread = (flags & CloneFlags.Thread) != 0;
        var child = NewThread(state, parent, in e, childTid, isThread ? parent.Pid : childTid, isThread, flags);
        child.Origin = ThreadOrigin.ParentsEvent;
        child.ParentTid = isThread || (flags & CloneFlags.Parent) != 0 ? parent.ParentTid : parent.Pid;
        var first = (flags & CloneFlags.NewPid) != 0 && !isThread;
        (child.VirtualTid, child.VirtualPid) = first ? (1, 1) : (child.Tid, child.Pid);
        Add(state, child);
    }

    private static void ChildsSide(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        var tid = e.ThreadId;
        if (tid <= 0) return;
        var hasEnded = state.RecentExits.IsAfter(tid, e.Timestamp);
        if (!hasEnded) state.RecentExits.Forget(tid);
        if (context.Thread is { IsKnown: true } existing)
        {
            if (IsListed(state, existing, e.Timestamp)) return;
            if (existing is { Origin: ThreadOrigin.ParentsEvent, BothSidesSeen: false })
            {
                existing.BothSidesSeen = true;
                Refresh(state, existing, in e);
                Correct(state, existing, in e);
                return;
            }
        }
        var pid = e.Int(P.Pid, tid);
        var flags = (uint)e.Uint(P.Flags);
        var isThread = pid != tid || (flags & CloneFlags.Thread) != 0;
        var parentTid = e.Int(P.Ptid);
        var parent = state.FindOrLookUp(isThread ? pid : parentTid);
        if (ReferenceEquals(parent, context.Thread)) parent = null;
        var child = NewThread(state, parent is { IsKnown: true } ? parent : null, in e, tid, pid, isThread, flags);
        child.Origin = ThreadOrigin.OwnEvent;
        child.ParentTid = state.KnownParent(parentTid);
        Refresh(state, child, in e);
        Correct(state, child, in e);
        if (!Add(state, child)) return;
        context.Thread = child;
        // Its exit came first: it is here for this event only.
        if (hasEnded) state.RemoveLater(child);
    }

    /// <summary>Whether the entry stood in the list that the state was seeded with, made after this event: then the event tells nothing new.</summary>
    private static bool IsListed(StateEngine state, ThreadEntry thread, ulong time) => thread.Origin == ThreadOrigin.Listed && state.SeedTime != 0 && time <= state.SeedTime;

    private static bool Add(StateEngine state, ThreadEntry child)
    {
        if (!state.Threads.Add(child)) return false;
        state.Statistics.ThreadsAdded++;
        state.PlaceInContainer(child);
        return true;
    }

    /// <summary>The event tells it from the machine's start on.</summary>
    private static ulong NamespaceStart(StateEngine state, in EventView e, ulong otherwise) => e.Uint(P.PidnsInitStartTs) is > 0 and var sinceBoot ? state.BootTime + sinceBoot : otherwise;

    /// <summary>A child with what it inherits; <paramref name="parent"/> is null when nothing is known of it.</summary>
    private static ThreadEntry NewThread(StateEngine state, ThreadEntry? parent, in EventView e, long tid, long pid, bool isThread, uint flags)
    {
        var group = isThread
            ? state.Threads.FindGroup(pid) ?? parent?.Group ?? state.Threads.NewGroup(pid)
            : NewProcess(state, parent, pid, flags);
        var child = state.Threads.NewThread(group);
        (child.Tid, child.Pid, child.CloneTime, child.Flags) = (tid, pid, e.Timestamp, flags);
        if (parent is not null) ThreadInheritance.Copy(parent, child);
        else child.Cgroups = state.Names.Intern(ControlGroups.Of(state, e.Param(P.Cgroups)));
        if (isThread && (flags & CloneFlags.Files) == 0 && (flags & CloneFlags.Thread) != 0 && parent is not null) child.OwnFds = parent.Fds.Fork();
        if (isThread && parent is not null) ShareDirectory(parent, child, flags);
        if (group.Cwd.Length == 0) Directories.SetUnlessUnknown(state, group.Directory, e.Text(P.Cwd));
        child.FdLimit = e.Int(P.Fdlimit, child.FdLimit);
        child.PidNamespaceStart = NamespaceStart(state, in e, child.PidNamespaceStart);
        if ((flags & CloneFlags.NewUser) != 0) CredentialEvents.GiveAll(child);
        Refresh(state, child, in e);
        return child;
    }

    private static ThreadGroup NewProcess(StateEngine state, ThreadEntry? parent, long pid, uint flags)
    {
        if (parent is null) return state.Threads.NewGroup(pid);
        var fds = parent.Fds;
        if ((flags & CloneFlags.Files) != 0) fds.Sharers++;
        else
        {
            state.Budget.NoteFds(fds.Count);
            fds = fds.Fork();
        }
        var directory = parent.Directory;
        if ((flags & CloneFlags.FileSystem) != 0) directory.IsShared = true;
        else directory = directory.Copy();
        return new ThreadGroup(directory, fds) { Pid = pid, Env = parent.Group.Env };
    }

    /// <summary>A thread works where its maker does; without CLONE_FS it goes its own ways from there.</summary>
    private static void ShareDirectory(ThreadEntry maker, ThreadEntry child, uint flags)
    {
        if ((flags & CloneFlags.Thread) == 0) return;
        child.OwnDirectory = (flags & CloneFlags.FileSystem) == 0 ? maker.Directory.Copy() : maker.OwnDirectory;
    }

    /// <summary>What the event says about the thread that made it; both sides of a clone have the same program then.</summary>
    private static void Refresh(StateEngine state, ThreadEntry thread, in EventView e)
    {
        var before = (thread.Comm, thread.Exe, thread.Args, thread.Uid, thread.Gid);
        var comm = e.Text(P.Comm);
        if (!comm.IsEmpty) thread.Comm = state.Names.Intern(comm, thread.Comm);
        var exe = e.Text(P.Exe);
        if (!exe.IsEmpty)
        {
            thread.Exe = state.Names.Intern(exe, thread.Exe);
            thread.Args = state.Names.Intern(Vectors.WithoutEnd(e.Param(P.Args)), thread.Args);
        }
        thread.Uid = (uint)e.Uint(P.Uid, thread.Uid);
        thread.Gid = (uint)e.Uint(P.Gid, thread.Gid);
        if (before != (thread.Comm, thread.Exe, thread.Args, thread.Uid, thread.Gid))
        {
            thread.Version++;
            state.Threads.LineageChanged(thread);
        }
        thread.VmSizeKb = (uint)e.Uint(P.VmSize, thread.VmSizeKb);
        thread.VmRssKb = (uint)e.Uint(P.VmRss, thread.VmRssKb);
        thread.VmSwapKb = (uint)e.Uint(P.VmSwap, thread.VmSwapKb);
        thread.PageFaultsMajor = e.Uint(P.PgftMaj, thread.PageFaultsMajor);
        thread.PageFaultsMinor = e.Uint(P.PgftMin, thread.PageFaultsMinor);
    }

    /// <summary>What only the child's own event knows.</summary>
    private static void Correct(StateEngine state, ThreadEntry child, in EventView e)
    {
        // Drivers that do not know them say 0.
        child.VirtualTid = e.Int(P.Vtid) is > 0 and var tid ? tid : child.Tid;
        child.VirtualPid = e.Int(P.Vpid) is > 0 and var pid ? pid : child.Pid;
        child.PidNamespaceStart = NamespaceStart(state, in e, child.PidNamespaceStart);
        var parent = state.KnownParent(e.Int(P.Ptid));
        if (parent > 0 && parent != child.ParentTid)
        {
            child.ParentTid = parent;
            if (child.IsLeader && ReferenceEquals(child.Group.Leader, child)) state.Threads.LinkToParent(child.Group);
        }
        var groups = ControlGroups.Of(state, e.Param(P.Cgroups));
        if (!groups.IsEmpty && !groups.SequenceEqual(child.Cgroups)) child.Cgroups = state.Names.Intern(groups);
        state.PlaceInContainer(child);
        child.Version++;
    }
}
