namespace Peregrine.State;

/// <summary>Exits: a main thread stays until the last of its threads has gone; the children of a process go to its reaper.</summary>
public sealed partial class ThreadTable
{
    /// <summary>Heirs that ended one after the other, each before the event that names the first.</summary>
    private const int MaxHeirs = 8;

    private readonly RecentHeirs _heirs = new();

    /// <summary>The thread has exited; it can still be looked at until <see cref="Remove"/>.</summary>
    internal static void MarkDead(ThreadEntry thread)
    {
        if (thread.IsDead) return;
        thread.IsDead = true;
        thread.Group.ThreadCount--;
    }

    /// <summary>
    /// Takes an exited thread out; a main thread whose process still runs remains until that ends. Its entry and its descriptors' table are used again: nobody may have kept them, so the event must be over.
    /// </summary>
    internal void Remove(ThreadEntry thread)
    {
        MarkDead(thread);
        var group = thread.Group;
        if (thread.IsLeader && group.ThreadCount > 0) return;
        Drop(thread);
        if (group.ThreadCount <= 0 && Dissolve(group, thread) is { } fds)
        {
            // Copies of the thread that are shown later must not see another process's.
            group.Fds = FdTable.Ended;
            _pool.Return(fds);
        }
        _entries.Return(thread);
    }

    /// <summary>Takes out a thread whose end was missed, with all that would have hung on it.</summary>
    internal void Evict(ThreadEntry thread)
    {
        var group = thread.Group;
        MarkDead(thread);
        if (thread.IsLeader)
        {
            for (var other = group.FirstThread; other is not null;)
            {
                var next = other.NextInGroup;
                MarkDead(other);
                Drop(other);
                other = next;
            }
        }
        else
        {
            Drop(thread);
        }
        if (group.ThreadCount <= 0) Dissolve(group, thread)?.Clear();
    }

    /// <summary>An exec leaves one thread: the main one, alive again if it had gone before.</summary>
    internal void KeepOnly(ThreadEntry thread)
    {
        var group = thread.Group;
        for (var other = group.FirstThread; other is not null;)
        {
            var next = other.NextInGroup;
            if (!ReferenceEquals(other, thread))
            {
                MarkDead(other);
                Drop(other);
            }
            other = next;
        }
        if (!thread.IsDead) return;
        thread.IsDead = false;
        group.ThreadCount++;
    }

    private void Drop(ThreadEntry thread)
    {
        if (ReferenceEquals(_threads.Find(thread.Tid), thread))
        {
            _threads.Remove(thread.Tid);
            if (thread.Container is { } container) container.Threads--;
        }
        Unchain(thread);
        if (thread.OwnFds is not { } own) return;
        own.Clear();
        thread.OwnFds = null;
    }

    /// <summary>The process has ended with <paramref name="last"/>. Gives its descriptors if nobody else has them.</summary>
    private FdTable? Dissolve(ThreadGroup group, ThreadEntry last)
    {
        var leader = group.Leader;
        Reparent(group, last.ReaperTid > 0 ? last.ReaperTid : leader?.ReaperTid ?? 0, leader ?? last);
        // Processes of its session or group show their eldest ancestor in its place from now on.
        if (leader is not null && (leader.SessionId == leader.Tid || leader.Pgid == leader.Tid || leader.VirtualPgid == leader.VirtualTid)) LineageVersion++;
        if (leader is not null) Drop(leader);
        Unlink(group);
        if (ReferenceEquals(_groups.Find(group.Pid), group)) _groups.Remove(group.Pid);
        return ReferenceEquals(group.Fds, FdTable.Ended) || --group.Fds.Sharers > 0 ? null : group.Fds;
    }

    private void Reparent(ThreadGroup group, long reaperTid, ThreadEntry leader)
    {
        var reaper = Reaper(group, reaperTid, leader);
        var parent = reaper?.Tid ?? (reaperTid > 0 ? reaperTid : 1);
        _heirs.Add(group.Pid, parent);
        if (group.FirstChild is null) return;
        LineageVersion++;
        while (group.FirstChild is { } child)
        {
            Unlink(child);
            for (var thread = child.FirstThread; thread is not null; thread = thread.NextInGroup)
            {
                thread.ParentTid = parent;
                thread.ReaperTid = 0;
                thread.Version++;
            }
            if (reaper is not null && !ReferenceEquals(reaper.Group, child)) Link(child, reaper.Group);
            else if (reaper is null) _missing.Add(parent, child);
        }
    }

    /// <summary>The process that has the children of <paramref name="pid"/> now, if that ended lately and its heir is there; otherwise 0.</summary>
    internal long HeirOf(long pid)
    {
        for (var steps = 0; steps < MaxHeirs && _heirs.Of(pid) is > 0 and var heir; steps++)
        {
            if (Find(heir) is not null) return heir;
            pid = heir;
        }
        return 0;
    }

    /// <summary>Whom the kernel named, else the nearest ancestor that takes orphans: a subreaper, the first process of the pid namespace, or the first of all.</summary>
    private ThreadEntry? Reaper(ThreadGroup group, long named, ThreadEntry leader)
    {
        if (named > 0 && Find(named) is { } found && !ReferenceEquals(found.Group, group)) return found.Group.Leader ?? found;
        foreach (var ancestor in Ancestors(leader))
            if (ancestor.Group.IsSubreaper || ancestor.VirtualPid == 1) return ancestor;
        return Find(1) is { } first && !ReferenceEquals(first.Group, group) ? first : null;
    }
}
