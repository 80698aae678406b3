using System.Runtime.CompilerServices;
using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Who did it, and to what: the thread and the descriptor of an event.</summary>
public sealed partial class StateEngine
{
    private FdTable? _closing;
    private long _closingFd;
    private ThreadEntry? _exiting;

    /// <summary>The descriptor goes when the rules have seen the event.</summary>
    internal void CloseLater(FdTable table, long fd) => (_closing, _closingFd) = (table, fd);

    /// <summary>The thread goes when the rules have seen the event.</summary>
    internal void RemoveLater(ThreadEntry thread) => _exiting = thread;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FindSubject(ref EventContext context, in EventStep step, ulong time)
    {
        if (step.Subject == EventSubject.None) return;
        var tid = context.Event.ThreadId;
        Statistics.ThreadLookups++;
        var thread = Threads.Find(tid);
        if (thread is null)
        {
            if (step.Subject == EventSubject.KnownThread || tid <= 0 || (step.IsClone && context.Event.Int(0, -1) == 0)) return;
            thread = RecentExits.IsAfter(tid, time) ? Revenant(tid) : FindUnknown(tid);
            if (thread is null) return;
        }
        else if (Healer is { IsHealing: true } healer)
        {
            healer.Touch(thread);
            thread = Threads.Find(tid) ?? thread;
        }
        context.Thread = thread;
        if (step.Subject == EventSubject.KnownThread) return;
        thread.LastEventTime = time;
        if (step.FdParam < 0) return;
        var bytes = context.Event.Param(step.FdParam);
        if (bytes.IsEmpty) return;
        var fd = EventView.ToInt(bytes);
        context.FdNumber = fd;
        Statistics.FdLookups++;
        context.Fd = thread.Fds.Find(fd);
        if (context.Fd is null && fd >= 0) context.Fd = FindUnknownFd(thread, fd, step.Fails(in context.Event));
    }

    /// <summary>A thread whose event comes after its exit: for this event it is a placeholder.</summary>
    private ThreadEntry? Revenant(long tid)
    {
        NeedsFollowing = true;
        var thread = Threads.AddPlaceholder(tid);
        if (thread is not null) RemoveLater(thread);
        return thread;
    }

    /// <summary>A thread that is not in the table: described by the host when there is one, else a placeholder.</summary>
    internal ThreadEntry? FindUnknown(long tid)
    {
        Statistics.ThreadsUnknown++;
        NeedsFollowing = true;
        if (TryLookUp(tid, out var thread)) return thread;
        return Threads.AddPlaceholder(tid);
    }

    /// <summary>Looks up a thread that is only a name so far.</summary>
    internal void LookUpAgain(long tid)
    {
        if (Threads.Find(tid) is { IsKnown: false }) TryLookUp(tid, out _);
    }

    /// <summary>The thread, if the table or the host knows it.</summary>
    internal ThreadEntry? FindOrLookUp(long tid)
    {
        if (tid <= 0) return null;
        return Threads.Find(tid) ?? (TryLookUp(tid, out var thread) ? thread : null);
    }

    /// <summary>
    /// The parent that an event names, or who has its children since it ended. A capture's reader knows no parent that is not in its table; on a live machine the kernel's word is good.
    /// </summary>
    internal long KnownParent(long tid)
    {
        if (Threads.Find(tid) is not null) return tid;
        return Threads.HeirOf(tid) is > 0 and var heir ? heir : Options.LookUpUnknown ? tid : 0;
    }

    /// <summary>The host's id for a user or group that a thread names by the id of its user namespace.</summary>
    internal uint ToHostId(uint id, bool isGroup, long tid)
    {
        if (Options.IsReplica) return TranslatedIds.TryDequeue(out var told) ? told : id;
        var translated = Host.ToHostId(id, isGroup, tid);
        Journal?.IdTranslated(translated);
        return translated;
    }

    private bool TryLookUp(long tid, out ThreadEntry? thread)
    {
        thread = null;
        if (!Options.LookUpUnknown || Options.IsReplica || Threads.IsFull) return false;
        if (!Host.CanLookUp)
        {
            Statistics.LookUpsRefused++;
            Healer?.Retry(tid);
            return false;
        }
        if (!Host.TryReadThread(tid, out thread)) return false;
        Journal?.ThreadRead(thread);
        if (!AddRead(thread)) return false;
        Statistics.ThreadsLookedUp++;
        _listener?.ThreadFound(thread);
        return true;
    }

    /// <summary>Adds a thread as it was read from the machine.</summary>
    internal bool AddRead(ThreadEntry thread)
    {
        if (!Threads.Add(thread)) return false;
        Budget.NoteTexts(thread.Args.Length + thread.Group.Env.Length);
        Budget.NoteFds(thread.Group.Fds.Count * 16);
        Threads.LinkToParent(thread.Group);
        PlaceInContainer(thread);
        return true;
    }

    /// <summary>A descriptor that an event names beside its own: of the table, or of the host.</summary>
    internal FdEntry? FindFd(ThreadEntry thread, long fd) => thread.Fds.Find(fd) ?? (fd >= 0 ? FindUnknownFd(thread, fd, fails: false) : null);

    private FdEntry? FindUnknownFd(ThreadEntry thread, long fd, bool fails)
    {
        Statistics.FdsUnknown++;
        if (fails || !Options.LookUpUnknown || Options.IsReplica || thread.Pid <= 0) return null;
        var time = thread.LastEventTime;
        if (MissingFds.Contains(thread.Pid, fd, time))
        {
            Statistics.FdsKnownMissing++;
            return null;
        }
        if (!Host.CanLookUp)
        {
            Statistics.LookUpsRefused++;
            return null;
        }
        if (!Host.TryReadFd(thread.Pid, fd, out var entry))
        {
            MissingFds.Add(thread.Pid, fd, time);
            return null;
        }
        Statistics.FdsLookedUp++;
        Journal?.DescriptorRead(thread.Tid, fd, entry);
        Budget.NoteFd(entry);
        thread.Fds.Set(fd, entry);
        _listener?.DescriptorFound(thread, fd, entry);
        return entry;
    }
}
