namespace Peregrine.State;

/// <summary>Makes what is known of a process agree with what was read of the machine: its threads, their programs, names, credentials and places, and its descriptors.</summary>
internal sealed class ProcessHealing(StateEngine state)
{
    /// <summary>procfs counts starts in ticks of 10 ms, and an event about a start is never earlier than the start.</summary>
    private const ulong StartTolerance = 20_000_000;

    private readonly List<long> _fds = [];
    private readonly Dictionary<long, ThreadEntry> _read = [];
    private readonly List<ThreadEntry> _gone = [];

    /// <summary>Whether the main thread of the process at hand was found to be another than known.</summary>
    private bool _isOther;

    /// <summary>Applies a reading. The entries of the reading that are new to the state become part of it.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="isInTime">Whether the events have come to just that time, so that family ties are those of the reading too.</param>
    public void Apply(ProcessReading reading, bool isInTime)
    {
        if (reading.Threads.Count == 0)
        {
            if (state.Threads.FindGroup(reading.Pid) is { } ended && !HasEventSince(ended, reading.Time)) Forget(ended);
            return;
        }
        var main = reading.Threads[0];
        var group = state.Threads.FindGroup(reading.Pid);
        if (group is not null && IsAnother(group, main))
        {
            Remove(group);
            group = null;
        }
        if (group is not null) Heal(group, reading, main.Group, isInTime);
        foreach (var thread in reading.Threads)
            if (state.Threads.Find(thread.Tid) is not { IsKnown: true } known || known.Pid != thread.Pid) Add(thread);
    }

    /// <summary>Whether the state has had an event of the process since, or it began since.</summary>
    public static bool HasEventSince(ThreadGroup group, ulong time)
    {
        for (var thread = group.FirstThread; thread is not null; thread = thread.NextInGroup)
            if (Math.Max(thread.LastEventTime, thread.CloneTime) >= time) return true;
        return false;
    }

    /// <summary>Takes a process out that the machine does not have any more.</summary>
    private void Forget(ThreadGroup group)
    {
        for (var thread = group.FirstThread; thread is not null; thread = group.FirstThread)
        {
            state.Journal?.ThreadForgotten(thread.Tid);
            Evict(thread);
        }
    }

    /// <summary>Takes a process out whose end was missed.</summary>
    private void Remove(ThreadGroup group)
    {
        for (var thread = group.FirstThread; thread is not null; thread = group.FirstThread) Evict(thread);
    }

    private void Evict(ThreadEntry thread)
    {
        state.Statistics.ThreadsGone++;
        state.Threads.Evict(thread);
        state.Listener?.ThreadGone(thread);
    }

    /// <summary>Whether the id was given to a younger process.</summary>
    private static bool IsAnother(ThreadGroup known, ThreadEntry main) => known.Leader is { CloneTime: > 0 } leader && main.CloneTime > leader.CloneTime + StartTolerance;

    private void Add(ThreadEntry thread)
    {
        if (!state.Threads.Add(thread)) return;
        state.Statistics.ThreadsFound++;
        state.Budget.NoteTexts(thread.Args.Length + thread.Group.Env.Length);
        state.Threads.LinkToParent(thread.Group);
        state.PlaceInContainer(thread);
        state.Listener?.ThreadFound(thread);
    }

    private void Heal(ThreadGroup group, ProcessReading reading, ThreadGroup read, bool isInTime)
    {
        _gone.Clear();
        _read.Clear();
        _isOther = false;
        foreach (var thread in reading.Threads) _read[thread.Tid] = thread;
        for (var thread = group.FirstThread; thread is not null; thread = thread.NextInGroup)
        {
            if (_read.TryGetValue(thread.Tid, out var now)) Update(thread, now, isInTime);
            else if (reading.HasAllThreads) _gone.Add(thread);
        }
        foreach (var thread in _gone) Evict(thread);
        if (read.Cwd.Length > 0 && !read.Cwd.AsSpan().SequenceEqual(group.Cwd))
        {
            group.Cwd = read.Cwd;
            _isOther = true;
            for (var thread = group.FirstThread; thread is not null; thread = thread.NextInGroup) thread.Version++;
        }
        if (read.Env.Length > 0) group.Env = state.Names.Intern(read.Env, group.Env);
        var main = reading.Threads[0];
        Action<long, FdEntry?>? told = null;
        if (state.Listener is { } listener && group.Leader is { } leader)
        {
            if (_isOther) listener.ThreadCorrected(leader);
            told = (number, descriptor) =>
            {
                if (descriptor is null) listener.DescriptorGone(leader, number);
                else listener.DescriptorFound(leader, number, descriptor);
            };
        }
        var changed = DescriptorHealing.Apply(group.Fds, read.Fds, reading.HasAllFds && !IsEmptied(main), _fds, told);
        state.Statistics.FdsCorrected += (ulong)changed;
        state.Statistics.ProcessesHealed++;
    }

    /// <summary>A main thread that has ended before the others shows no program and no descriptors any more.</summary>
    private static bool IsEmptied(ThreadEntry main) => main.ExePath.Length == 0 && main.Args.Length == 0 && main.Exe.Length == 0;

    private void Update(ThreadEntry known, ThreadEntry now, bool isInTime)
    {
        var changed = Texts(known, now) | Numbers(known, now);
        if (now.ParentTid > 0 && known.ParentTid != now.ParentTid && (isInTime || state.Threads.Find(known.ParentTid) is null))
        {
            known.ParentTid = now.ParentTid;
            if (known.IsLeader) state.Threads.LinkToParent(known.Group);
            changed = true;
        }
        if (changed)
        {
            _isOther |= known.IsLeader;
            known.Version++;
            state.Threads.LineageChanged(known);
        }
        state.PlaceInContainer(known);
    }

    private bool Texts(ThreadEntry known, ThreadEntry now)
    {
        var changed = Text(ref known.Comm, now.Comm) | Text(ref known.Exe, now.Exe) | Text(ref known.Cgroups, now.Cgroups) | Text(ref known.Root, now.Root);
        // Without a program nothing was read of the arguments either.
        if (now.Exe.Length > 0) changed |= !known.Args.AsSpan().SequenceEqual(now.Args);
        if (now.Exe.Length > 0) known.Args = state.Names.Intern(now.Args, known.Args);
        if (now.ExeInode == 0 || (now.ExeInode == known.ExeInode && known.ExePath.Length > 0)) return changed;
        // Another program runs: when it was started was not seen.
        Text(ref known.ExePath, State.Texts.WithoutDeleted(now.ExePath));
        known.ExecTime = 0;
        (known.ExeInode, known.ExeInodeCtime, known.ExeInodeMtime) = (now.ExeInode, now.ExeInodeCtime, now.ExeInodeMtime);
        (known.ExeWritable, known.ExeUpperLayer, known.ExeLowerLayer, known.ExeFromMemfd) = (now.ExeWritable, now.ExeUpperLayer, now.ExeLowerLayer, now.ExeFromMemfd);
        return true;
    }

    private bool Text(ref byte[] known, ReadOnlySpan<byte> now)
    {
        if (now.IsEmpty || now.SequenceEqual(known)) return false;
        known = state.Names.Intern(now);
        return true;
    }

    private static bool Numbers(ThreadEntry known, ThreadEntry now)
    {
        (known.VmSizeKb, known.VmRssKb, known.VmSwapKb) = (now.VmSizeKb, now.VmRssKb, now.VmSwapKb);
        (known.PageFaultsMajor, known.PageFaultsMinor) = (now.PageFaultsMajor, now.PageFaultsMinor);
        if (now.FdLimit != 0) known.FdLimit = now.FdLimit;
        if (now.PidNamespaceStart != 0) known.PidNamespaceStart = now.PidNamespaceStart;
        var before = (known.Uid, known.Gid, known.LoginUid, known.SessionId, known.Pgid, known.VirtualPgid, known.Tty);
        var after = (now.Uid, now.Gid, now.LoginUid, now.SessionId, now.Pgid, now.VirtualPgid, now.Tty);
        var ids = (known.VirtualTid, known.VirtualPid, known.CapInheritable, known.CapPermitted, known.CapEffective);
        var read = (now.VirtualTid, now.VirtualPid, now.CapInheritable, now.CapPermitted, now.CapEffective);
        (known.Uid, known.Gid, known.LoginUid, known.SessionId, known.Pgid, known.VirtualPgid, known.Tty) = after;
        (known.VirtualTid, known.VirtualPid, known.CapInheritable, known.CapPermitted, known.CapEffective) = read;
        return before != after || ids != read;
    }
}
