namespace Peregrine.Capture;

/// <summary>Gathers the tables of one section while its blocks are read, in whatever order they come.</summary>
internal sealed class MetadataBuilder
{
    private readonly List<ThreadRecord> _threads = [];
    private readonly Dictionary<long, int> _byTid = [];
    private readonly Dictionary<long, List<FdRecord>> _fds = [];

    public string Application { get; set; } = "";

    public MachineInfo? Machine { get; set; }

    public List<InterfaceRecord> Interfaces { get; } = [];

    public List<UserRecord> Users { get; } = [];

    public List<GroupRecord> Groups { get; } = [];

    /// <summary>A thread that is listed twice counts as it is listed last.</summary>
    public void Add(ThreadRecord thread)
    {
        if (_byTid.TryAdd(thread.Tid, _threads.Count)) _threads.Add(thread);
        else _threads[_byTid[thread.Tid]] = thread;
    }

    public List<FdRecord> FdsOf(long tid)
    {
        if (!_fds.TryGetValue(tid, out var list)) _fds[tid] = list = [];
        return list;
    }

    /// <summary>Descriptors of threads that are not listed are dropped.</summary>
    public CaptureMetadata Build()
    {
        foreach (var thread in _threads)
            if (_fds.TryGetValue(thread.Tid, out var fds)) thread.Fds = fds;
        return new CaptureMetadata { Application = Application, Machine = Machine, Interfaces = Interfaces, Users = Users, Groups = Groups, Threads = _threads };
    }
}
