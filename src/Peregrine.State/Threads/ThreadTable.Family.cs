namespace Peregrine.State;

/// <summary>Parents, ancestors, leaders of sessions and process groups.</summary>
public sealed partial class ThreadTable
{
    /// <summary>The main thread of the parent process, whichever of its threads made this one; null when it is not known.</summary>
    public ThreadEntry? Parent(ThreadEntry thread)
    {
        var main = thread.Group.Leader ?? thread;
        if (main.ParentTid <= 0 || Find(main.ParentTid) is not { } parent || ReferenceEquals(parent.Group, thread.Group)) return null;
        // An id that was given to a younger process since: the real parent has gone, and its exit was missed.
        if (main.CloneTime != 0 && parent.CloneTime > main.CloneTime) return null;
        if (main.Group.Parent is null) Link(main.Group, parent.Group);
        return parent.Group.Leader ?? parent;
    }

    /// <summary>The parent, its parent…: for a <c>foreach</c>.</summary>
    public Ancestors Ancestors(ThreadEntry thread) => new(this, thread);

    /// <summary>The ancestor that many steps up; 0 is the thread itself.</summary>
    public ThreadEntry? Ancestor(ThreadEntry thread, long steps)
    {
        if (steps == 0) return thread;
        if (steps < 0) return null;
        foreach (var ancestor in Ancestors(thread))
            if (--steps == 0) return ancestor;
        return null;
    }

    /// <summary>
    /// The process that leads the thread's session. When it has gone, or only its id inside a pid namespace is known, the highest ancestor of that session;
    /// null when there is none.
    /// </summary>
    public ThreadEntry? SessionLeader(ThreadEntry thread) => Leader(thread, thread.SessionId, !thread.IsInPidNamespace, static (t, id) => t.SessionId == id);

    /// <summary>The process that leads the thread's process group, by the id that its pid namespace uses; found as <see cref="SessionLeader"/> is.</summary>
    public ThreadEntry? VirtualGroupLeader(ThreadEntry thread) => Leader(thread, thread.VirtualPgid, !thread.IsInPidNamespace, static (t, id) => t.VirtualPgid == id);

    /// <summary>The process that leads the thread's process group, by the host's id; found as <see cref="SessionLeader"/> is.</summary>
    public ThreadEntry? GroupLeader(ThreadEntry thread) => Leader(thread, thread.Pgid, true, static (t, id) => t.Pgid == id);

    private ThreadEntry? Leader(ThreadEntry thread, long id, bool isHostId, Func<ThreadEntry, long, bool> belongs)
    {
        if (isHostId && Find(id) is { } leader) return leader;
        ThreadEntry? highest = null;
        foreach (var ancestor in Ancestors(thread))
        {
            if (!belongs(ancestor, id)) break;
            highest = ancestor;
        }
        return highest;
    }

    /// <summary>Links every process to its parent: for a list that did not come parents first.</summary>
    internal void LinkAll()
    {
        foreach (var group in _groups) LinkToParent(group);
    }

    internal void LinkToParent(ThreadGroup group)
    {
        if (group.Leader is not { } leader) return;
        var parent = leader.ParentTid > 0 ? Find(leader.ParentTid)?.Group : null;
        if (parent is null && leader.ParentTid > 0) _missing.Add(leader.ParentTid, group);
        if (ReferenceEquals(parent, group)) parent = null;
        if (ReferenceEquals(group.Parent, parent)) return;
        Unlink(group);
        if (parent is not null) Link(group, parent);
    }

    /// <summary>Links the processes whose parent has come after them. It must not be left to the first question about them: no question changes the state.</summary>
    private void Adopt(ThreadEntry parent, IReadOnlyList<ThreadGroup> orphans)
    {
        foreach (var orphan in orphans)
            if (orphan.Leader?.ParentTid == parent.Tid && ReferenceEquals(FindGroup(orphan.Pid), orphan)) LinkToParent(orphan);
    }

    private static void Link(ThreadGroup child, ThreadGroup parent)
    {
        child.Parent = parent;
        child.PreviousSibling = null;
        child.NextSibling = parent.FirstChild;
        if (parent.FirstChild is { } first) first.PreviousSibling = child;
        parent.FirstChild = child;
    }

    private static void Unlink(ThreadGroup child)
    {
        if (child.Parent is not { } parent) return;
        if (child.PreviousSibling is { } previous) previous.NextSibling = child.NextSibling;
        else parent.FirstChild = child.NextSibling;
        if (child.NextSibling is { } next) next.PreviousSibling = child.PreviousSibling;
        (child.Parent, child.NextSibling, child.PreviousSibling) = (null, null, null);
    }
}
