using System.Diagnostics.CodeAnalysis;
using System.Text;
using Peregrine.State;

namespace Peregrine.UnitTests.State;

/// <summary>A machine whose processes are read again, one after the other or all at once, when a test says so.</summary>
internal sealed class ScannedMachine : IHost, IProcessScan
{
    private readonly SortedDictionary<long, ThreadEntry> _processes = [];
    private readonly Queue<ProcessReading> _readings = new();
    private bool _reads;

    public Func<ulong> Clock { get; set; } = () => 0;

    public bool CanLookUp { get; set; } = true;

    public bool HasAllFds { get; set; } = true;

    public int FdReads { get; private set; }

    public IReadOnlyList<long> Pids => [.. _processes.Keys];

    public bool IsDone => !_reads && _readings.Count == 0;

    public ThreadEntry Runs(long pid, long parent, string comm, string exe = "/bin/sh", string cwd = "/", uint uid = 0)
    {
        var thread = World.NewThread(pid, pid, parent, comm, cwd);
        (thread.ExePath, thread.ExeInode, thread.Uid) = (Encoding.UTF8.GetBytes(exe), 5, uid);
        thread.Group.Leader = thread;
        return _processes[pid] = thread;
    }

    public void Read(long pid, ulong time) => _readings.Enqueue(Reading(pid, time));

    public void EndScan() => _reads = false;

    public ProcessList Begin()
    {
        _reads = true;
        return new ProcessList(Clock(), Pids);
    }

    public bool TryTake([NotNullWhen(true)] out ProcessReading? reading) => _readings.TryDequeue(out reading);

    public ProcessReading? ReadProcess(long pid) => CanLookUp ? Reading(pid, Clock()) : null;

    public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread) => _processes.TryGetValue(tid, out thread);

    public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry)
    {
        FdReads++;
        entry = null;
        return false;
    }

    public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
    {
        user = null;
        return false;
    }

    public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
    {
        group = null;
        return false;
    }

    private ProcessReading Reading(long pid, ulong time) =>
        _processes.TryGetValue(pid, out var thread) ? new ProcessReading(pid, time, [thread], true, HasAllFds) : ProcessReading.Gone(pid, time);
}
