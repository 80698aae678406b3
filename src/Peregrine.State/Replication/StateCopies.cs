namespace Peregrine.State;

/// <summary>Copies of entries for another engine: nothing that can change is shared with the original. Descriptors that several tables of the original share are shared by their copies.</summary>
internal sealed class StateCopies
{
    private readonly Dictionary<ThreadGroup, ThreadGroup> _groups = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FdEntry, FdEntry> _shared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WorkingDirectory, WorkingDirectory> _directories = new(ReferenceEqualityComparer.Instance);

    public ThreadEntry Of(ThreadEntry thread)
    {
        var copy = thread.Snapshot();
        copy.Group = Of(thread.Group);
        if (ReferenceEquals(thread.Group.Leader, thread)) copy.Group.Leader = copy;
        (copy.Container, copy.Enter, copy.Times) = (null, null, null);
        copy.OwnFds = thread.OwnFds is { } fds ? Of(fds) : null;
        copy.OwnDirectory = thread.OwnDirectory is { } directory ? Of(directory) : null;
        return copy;
    }

    /// <summary>A descriptor that no table holds yet.</summary>
    public static FdEntry Of(FdEntry descriptor)
    {
        var copy = descriptor.Snapshot();
        copy.References = 0;
        return copy;
    }

    public static ContainerEntry Of(ContainerEntry container)
    {
        var copy = new ContainerEntry { Engine = container.Engine, FullId = container.FullId, Id = container.Id, PodUid = container.PodUid };
        if (container.Version > 0) copy.Learn(container.Details, container.Lookup, container.Reason);
        return copy;
    }

    private ThreadGroup Of(ThreadGroup group)
    {
        if (_groups.TryGetValue(group, out var copy)) return copy;
        copy = new ThreadGroup { Pid = group.Pid, ThreadCount = group.ThreadCount, Env = group.Env, IsSubreaper = group.IsSubreaper, Directory = Of(group.Directory), Fds = Of(group.Fds) };
        _groups.Add(group, copy);
        return copy;
    }

    private FdTable Of(FdTable table)
    {
        var copy = new FdTable { Limit = table.Limit };
        foreach (var (number, entry) in table.Entries()) copy.Set(number, Shared(entry));
        return copy;
    }

    private FdEntry Shared(FdEntry entry)
    {
        if (entry.References <= 1) return Of(entry);
        if (!_shared.TryGetValue(entry, out var copy)) _shared.Add(entry, copy = Of(entry));
        return copy;
    }

    private WorkingDirectory Of(WorkingDirectory directory)
    {
        if (!_directories.TryGetValue(directory, out var copy)) _directories.Add(directory, copy = directory.Copy());
        copy.IsShared = directory.IsShared;
        return copy;
    }
}
