using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Peregrine.Kernel.Proc.Accounts;
using Peregrine.Kernel.Proc.Native;
using Peregrine.Kernel.Proc.Sockets;
using Peregrine.State;

namespace Peregrine.Kernel.Proc;

/// <summary>
/// The machine through procfs: everything that runs when the sensor starts, later the single thread or descriptor that an event names and nobody has seen, and the accounts of users and groups.
/// </summary>
/// <remarks>Belongs to one worker. Only the accounts have a thread of their own, because the files of a container may be slow to read on purpose.</remarks>
public sealed class ProcHost : IHost, IDisposable
{
    private readonly ProcOptions _options;
    private readonly TimeProvider _time;
    private readonly LookupBudget _budget;
    private readonly ThreadReader _reader;
    private readonly AccountDirectory _accounts;
    private readonly ProcDirectory _proc;
    private long _tablesRead;

    /// <param name="options">Where the machine is and how much may be read of it.</param>
    /// <param name="time">For budgets.</param>
    /// <param name="bootTime">When boot was, as the events count it; 0 to compare the clocks.</param>
    public ProcHost(ProcOptions? options = null, TimeProvider? time = null, ulong bootTime = 0)
    {
        _options = options ?? new ProcOptions();
        _time = time ?? TimeProvider.System;
        _budget = new LookupBudget(_options.LookupsPerSecond, _options.LookupTimePerSecond, _time);
        _proc = ProcDirectory.Open(LibC.AtFdCwd, Path("proc"));
        if (!_proc.IsOpen) throw new DirectoryNotFoundException($"no procfs at {System.IO.Path.Combine(_options.HostRoot, "proc")}: mount it, or set HOST_ROOT to where the host's root is mounted");
        Clock = HostClock.Read(bootTime);
        _reader = NewReader();
        _accounts = new AccountDirectory(_options, _proc, _time);
    }

    /// <summary>From the kernel's clocks to the wall clock, as compared when this was made.</summary>
    public HostClock Clock { get; }

    public ProcCounters Counters { get; } = new();

    /// <summary>Counts of users and groups looked up.</summary>
    public AccountCounters AccountCounters => _accounts.Counters;

    /// <summary>Reads every thread of the machine, kernel threads too, with its descriptors. Threads that come or go meanwhile may be missing or have gaps; the events tell the rest.</summary>
    public IReadOnlyList<ThreadEntry> Scan()
    {
        var start = _time.GetTimestamp();
        _reader.Forget();
        var pids = new List<long>();
        using (var folder = ProcDirectory.Open(_proc.Fd, "."u8)) folder.ListNumbers(pids);
        var threads = new List<ThreadEntry>(pids.Count * 2);
        foreach (var pid in pids)
        {
            using var process = ProcDirectory.Open(_proc.Fd, pid);
            if (process.IsOpen) _reader.ReadProcess(process, _options.MaxFdsPerProcess, int.MaxValue, threads);
        }
        _reader.PidNamespaces.Settle();
        _reader.Forget();
        Counters.FdsLeftOut = _reader.FdsLeftOut;
        Counters.Scans++;
        Counters.LastScanTime = _time.GetElapsedTime(start);
        return threads;
    }

    /// <summary>A way to read all processes again aside from the events. The caller owns it; it works as long as this host.</summary>
    public ProcScan CreateScan() => new(NewReader(), _proc, Clock, _options, _time);

    /// <inheritdoc />
    public bool CanLookUp => _budget.HasRoom;

    /// <inheritdoc />
    public ProcessReading? ReadProcess(long pid)
    {
        if (!TryBegin(out var start)) return null;
        Counters.ThreadLookups++;
        var now = Clock.Now;
        var threads = new List<ThreadEntry>();
        var (allThreads, allFds) = (true, true);
        using (var folder = ProcDirectory.Open(_proc.Fd, pid))
        {
            if (folder.IsOpen) (allThreads, allFds) = _reader.ReadProcess(folder, _options.MaxFdsPerLookup, _options.MaxThreadsPerLookup, threads);
        }
        _reader.PidNamespaces.Settle();
        Counters.FdsLeftOut = _reader.FdsLeftOut;
        _budget.End(start);
        return new ProcessReading(pid, now, threads, allThreads, allFds);
    }

    /// <inheritdoc />
    public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread)
    {
        thread = null;
        if (!TryBegin(out var start)) return false;
        Counters.ThreadLookups++;
        using (var folder = ProcDirectory.Open(_proc.Fd, tid))
        {
            if (folder.IsOpen) thread = _reader.ReadMain(folder, _options.MaxFdsPerLookup, out _, out _);
        }
        if (thread is not null)
        {
            if (thread.IsLeader) thread.Group.Leader = thread;
            else thread.Flags |= ThreadReader.ThreadFlags;
            thread.Group.ThreadCount = 1;
            if (thread.PidNamespaceStart == 0) _reader.FindNamespaceStart(_proc, thread);
        }
        else
        {
            Counters.ThreadsGone++;
        }
        _reader.PidNamespaces.Settle();
        Counters.FdsLeftOut = _reader.FdsLeftOut;
        _budget.End(start);
        return thread is not null;
    }

    /// <inheritdoc />
    public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry)
    {
        entry = null;
        if (!TryBegin(out var start)) return false;
        Counters.FdLookups++;
        using (var folder = ProcDirectory.Open(_proc.Fd, pid))
        {
            if (folder.IsOpen && fd >= 0) entry = _reader.ReadFd(folder, fd);
        }
        if (entry is null) Counters.FdsGone++;
        _budget.End(start);
        return entry is not null;
    }

    /// <inheritdoc />
    /// <remarks>Answers from what is known. A mount namespace met for the first time is waited for within <see cref="ProcOptions.AccountWait"/>.</remarks>
    public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user) => _accounts.TryFindUser(uid, pid, out user);

    /// <inheritdoc />
    public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group) => _accounts.TryFindGroup(gid, pid, out group);

    /// <inheritdoc />
    public bool PrepareAccounts(long pid) => _accounts.Prepare(pid);

    /// <inheritdoc />
    public uint ToHostId(uint id, bool isGroup, long tid)
    {
        if (!TryBegin(out var start)) return id;
        var map = _accounts.ReadMap(tid, isGroup);
        _budget.End(start);
        return map is not null && map.TryOutside(id, out var outside) ? outside : id;
    }

    /// <inheritdoc />
    public bool IsAlive(long tid)
    {
        using var folder = ProcDirectory.Open(_proc.Fd, tid);
        return folder.IsOpen;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _accounts.Dispose();
        _proc.Dispose();
    }

    /// <summary>Tables that an earlier look-up read (sockets of a network namespace, mounts) serve until they are old.</summary>
    private bool TryBegin(out long start)
    {
        if (!_budget.TryBegin(out start))
        {
            Counters.RefusedByBudget++;
            return false;
        }
        if (_time.GetElapsedTime(_tablesRead, start) >= _options.TableAge)
        {
            _reader.Forget();
            _tablesRead = start;
        }
        return true;
    }

    private ThreadReader NewReader() => new(_options, Clock, UnifiedControllers(), Ports(), RuntimeInformation.ProcessArchitecture == Architecture.Arm64);

    private byte[] Path(string below) => Encoding.UTF8.GetBytes(System.IO.Path.Combine(_options.HostRoot, below) + "\0");

    private byte[] UnifiedControllers()
    {
        var buffer = new FileBuffer();
        foreach (var place in new[] { "sys/fs/cgroup/cgroup.controllers", "sys/fs/cgroup/unified/cgroup.controllers" })
            if (buffer.TryRead(LibC.AtFdCwd, Path(place), 4096, out var text)) return text.ToArray();
        return [];
    }

    private EphemeralPorts Ports()
    {
        var buffer = new FileBuffer();
        return buffer.TryRead(_proc.Fd, "sys/net/ipv4/ip_local_port_range"u8, 128, out var text) ? EphemeralPorts.Parse(text) : EphemeralPorts.Default;
    }
}
