namespace Peregrine.State;

/// <summary>All threads by id, the processes that they form, and who is whose parent.</summary>
public sealed partial class ThreadTable
{
    private readonly IdTable<ThreadEntry> _threads = new();
    private readonly IdTable<ThreadGroup> _groups = new();
    private readonly int _limit;
    private readonly FdPool _pool;
    private readonly ThreadEntryPool _entries = new();
    private readonly MissingParents _missing = new();
    private readonly int _fdLimit;

    internal ThreadTable(StateOptions options, FdPool pool) => (_limit, _fdLimit, _pool) = (options.MaxThreads, options.MaxFdsPerProcess, pool);

    /// <summary>Is told of what is added; null where nothing is counted.</summary>
    internal StateBudget? Budget { get; init; }

    /// <summary>How many threads are known, placeholders and dead leaders included.</summary>
    public int Count => _threads.Count;

    /// <summary>How many threads were not recorded because the table was full.</summary>
    public ulong Refused { get; private set; }

    /// <summary>Counts the changes of a process that has descendants: what was remembered about the ancestors of any process is stale when it has moved.</summary>
    public uint LineageVersion { get; private set; }

    public bool IsFull => _threads.Count >= _limit;

    /// <summary>All processes, in no order.</summary>
    internal IReadOnlyCollection<ThreadGroup> Groups => _groups;

    /// <summary>All threads, in no order.</summary>
    public IReadOnlyCollection<ThreadEntry> All => _threads;

    public ThreadEntry? Find(long tid) => _threads.Find(tid);

    /// <summary>The process with this id, if one of its threads is known.</summary>
    public ThreadGroup? FindGroup(long pid) => _groups.Find(pid);

    /// <summary>
    /// Adds a thread in place of one with the same id. It joins the other threads of its process, whose group it then points to. False when the table is full.
    /// </summary>
    public bool Add(ThreadEntry thread)
    {
        if (_threads.Find(thread.Tid) is { } old)
        {
            if (ReferenceEquals(old, thread)) return true;
            Evict(old);
        }
        if (_threads.Count >= _limit)
        {
            Refused++;
            return false;
        }
        _threads.Set(thread.Tid, thread);
        Budget?.NoteThread();
        var isMissed = _missing.Take(thread.Tid, out var orphans);
        if (isMissed) LineageVersion++;
        Join(thread, thread.Group);
        if (isMissed) Adopt(thread, orphans);
        return true;
    }

    /// <summary>A stand-in for a thread that an event names and nothing describes; null when the table is full.</summary>
    internal ThreadEntry? AddPlaceholder(long tid)
    {
        if (_threads.Count >= _limit)
        {
            Refused++;
            return null;
        }
        var group = NewGroup(-1);
        group.Cwd = "./"u8.ToArray();
        var thread = new ThreadEntry
        {
            Tid = tid,
            Pid = -1,
            ParentTid = -1,
            Comm = "<NA>"u8.ToArray(),
            Exe = "<NA>"u8.ToArray(),
            Uid = uint.MaxValue,
            Gid = uint.MaxValue,
            Group = group,
            IsKnown = false,
        };
        _threads.Set(tid, thread);
        Budget?.NoteThread();
        var isMissed = _missing.Take(tid, out var orphans);
        if (isMissed) LineageVersion++;
        Chain(thread);
        if (isMissed) Adopt(thread, orphans);
        return thread;
    }

    /// <summary>Makes a placeholder a member of the process that an event says it belongs to.</summary>
    internal void Identify(ThreadEntry thread, long pid, long parentTid)
    {
        var former = thread.Group;
        Unchain(thread);
        (thread.Pid, thread.ParentTid, thread.IsKnown) = (pid, parentTid, true);
        (former.Pid, former.Cwd) = (pid, []);
        thread.Version++;
        LineageVersion++;
        Join(thread, former);
        // It turned out to be a thread of a process that is known: that has the children.
        while (!ReferenceEquals(thread.Group, former) && former.FirstChild is { } child)
        {
            Unlink(child);
            Link(child, thread.Group);
        }
    }

    internal ThreadGroup NewGroup(long pid) => new(new WorkingDirectory(), new FdTable { Limit = _fdLimit, Pool = _pool }) { Pid = pid };

    /// <summary>A blank thread of the process, not in the table yet.</summary>
    internal ThreadEntry NewThread(ThreadGroup group) => _entries.Rent(group);

    /// <summary>Something changed in processes that nobody has a list of.</summary>
    internal void AnyProcessChanged() => LineageVersion++;

    internal void LineageChanged(ThreadEntry thread)
    {
        if (thread.Group.FirstChild is not null) LineageVersion++;
    }

    private void Join(ThreadEntry thread, ThreadGroup offered)
    {
        var group = _groups.Find(thread.Pid);
        if (group is not null)
        {
            if (!ReferenceEquals(group, offered)) Merge(group, offered);
        }
        else
        {
            group = offered;
            (group.ThreadCount, group.FirstThread, group.Leader) = (0, null, null);
            (group.Fds.Pool, group.Fds.Limit) = (_pool, _fdLimit);
            if (thread.Pid > 0) _groups.Set(thread.Pid, group);
        }
        thread.Group = group;
        Chain(thread);
        if (thread.IsLeader)
        {
            group.Leader = thread;
            LinkToParent(group);
        }
    }

    /// <summary>What only the newcomer's group knows goes to the one that is kept.</summary>
    private static void Merge(ThreadGroup kept, ThreadGroup offered)
    {
        if (kept.Cwd.Length == 0) kept.Cwd = offered.Cwd;
        if (kept.Env.Length == 0) kept.Env = offered.Env;
        if (kept.Fds.Count == 0 && offered.Fds.Count > 0)
        {
            offered.Fds.Pool ??= kept.Fds.Pool;
            kept.Fds = offered.Fds;
        }
    }

    private static void Chain(ThreadEntry thread)
    {
        var group = thread.Group;
        thread.PreviousInGroup = null;
        thread.NextInGroup = group.FirstThread;
        if (group.FirstThread is { } first) first.PreviousInGroup = thread;
        group.FirstThread = thread;
        if (!thread.IsDead) group.ThreadCount++;
    }

    private static void Unchain(ThreadEntry thread)
    {
        var group = thread.Group;
        if (thread.PreviousInGroup is { } previous) previous.NextInGroup = thread.NextInGroup;
        else if (ReferenceEquals(group.FirstThread, thread)) group.FirstThread = thread.NextInGroup;
        if (thread.NextInGroup is { } next) next.PreviousInGroup = thread.PreviousInGroup;
        (thread.NextInGroup, thread.PreviousInGroup) = (null, null);
        if (!thread.IsDead) group.ThreadCount--;
        if (ReferenceEquals(group.Leader, thread)) group.Leader = null;
    }
}
