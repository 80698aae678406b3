using System.Diagnostics.CodeAnalysis;
using Peregrine.Kernel.Proc.Files;
using Peregrine.Kernel.Proc.Native;
using Peregrine.State;

namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>
/// Users and groups by mount namespace and root. The worker asks memory; a thread reads the files. Files are looked at again when an id is not found or the last look is over a second old, so accounts
/// added while the sensor runs are found. The kernel gives the number of a namespace that has ended to the next one, and an engine prepares a container in its namespace before it changes the root:
/// therefore the root's mount counts too.
/// </summary>
internal sealed class AccountDirectory : IDisposable
{
    private const int MostNamespaces = 4096;
    private const int PathLength = 40;
    private static readonly TimeSpan CheckAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckUnknownAfter = TimeSpan.FromMilliseconds(100);

    private readonly ProcOptions _options;
    private readonly ProcDirectory _proc;
    private readonly TimeProvider _time;
    private readonly LookupBudget _waits;
    private readonly AccountReaderThread _thread;
    private readonly NameService? _nameService;
    private readonly FileBuffer _buffer = new();
    private readonly Dictionary<(ulong Namespace, ulong RootMount), MountAccounts> _namespaces = [];
    private readonly AccountReader _hostReader;
    private readonly ulong _hostNamespace;
    private AccountSet _host = AccountSet.Empty;
    private long _hostChecked;

    public AccountDirectory(ProcOptions options, ProcDirectory proc, TimeProvider time)
    {
        _options = options;
        _proc = proc;
        _time = time;
        _waits = new LookupBudget(int.MaxValue, options.AccountWaitPerSecond, time);
        _thread = new AccountReaderThread(proc, Counters, time);
        _nameService = options.UseNameService && options.HostRoot == "/" ? NameService.Find(Counters, time) : null;
        _hostReader = new AccountReader(Counters);
        _hostNamespace = MountNamespace(1);
        // The first process may be out of reach (more capabilities than the sensor); then the sensor's own namespace is the best there is.
        if (_hostNamespace == 0 && options.HostRoot == "/") _hostNamespace = TextCursor.Bracketed(_buffer.ReadLink(proc.Fd, "self/ns/mnt"u8));
        ReadHost();
    }

    public AccountCounters Counters { get; } = new();

    public bool TryFindUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
    {
        user = null;
        if (Accounts(pid, out var accounts))
        {
            if (!Host(false, uid).Users.TryGetValue(uid, out user)) user = _nameService?.FindUser(uid);
        }
        else if (accounts is not null && TryInside(accounts, pid, false, uid, out var inside) && Current(accounts, pid, false, inside) is { } set && set.Users.TryGetValue(inside, out user))
        {
            // By the id that the machine knows it by.
            if (inside != uid) user = user with { Uid = uid };
        }
        return user is not null;
    }

    public bool TryFindGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
    {
        group = null;
        if (Accounts(pid, out var accounts))
        {
            if (!Host(true, gid).Groups.TryGetValue(gid, out group)) group = _nameService?.FindGroup(gid);
        }
        else if (accounts is not null && TryInside(accounts, pid, true, gid, out var inside) && Current(accounts, pid, true, inside) is { } set && set.Groups.TryGetValue(inside, out group))
        {
            if (inside != gid) group = group with { Gid = gid };
        }
        return group is not null;
    }

    /// <summary>Has a namespace's files read that nobody has asked for yet. True when they were read before.</summary>
    public bool Prepare(long pid)
    {
        if (Accounts(pid, out var accounts) || accounts is null) return false;
        if (accounts.Set is not null) return true;
        _thread.TryQueue(accounts, pid);
        return false;
    }

    public void Dispose()
    {
        _thread.Dispose();
        _nameService?.Dispose();
    }

    /// <summary>
    /// True for the host's own accounts; otherwise those of the process's mount namespace, null when the process is gone. A process that hides its namespace has more rights than the sensor: a container
    /// has not.
    /// </summary>
    private bool Accounts(long pid, out MountAccounts? accounts)
    {
        accounts = null;
        if (pid <= 0) return true;
        var id = MountNamespace(pid);
        if (id == 0) return IsRunning(pid);
        if (id == _hostNamespace) return true;
        var place = (id, RootMount(pid));
        if (_namespaces.TryGetValue(place, out accounts)) return false;
        if (_namespaces.Count >= MostNamespaces) _namespaces.Clear();
        _namespaces[place] = accounts = new MountAccounts();
        return false;
    }

    /// <summary>The id that the container's own files have for one of the host's; false for one that does not exist inside.</summary>
    private bool TryInside(MountAccounts accounts, long pid, bool isGroup, uint id, out uint inside)
    {
        if (_time.GetElapsedTime(accounts.MapsReadAt) >= CheckAfter) (accounts.UserIds, accounts.GroupIds, accounts.MapsReadAt) = (null, null, _time.GetTimestamp());
        var map = (isGroup ? accounts.GroupIds : accounts.UserIds) ?? ReadMap(pid, isGroup);
        inside = id;
        // Without a map, or before it is written, ids are what they are.
        if (map is not { IsEmpty: false }) return true;
        if (isGroup) accounts.GroupIds = map;
        else accounts.UserIds = map;
        return map.TryInside(id, out inside);
    }

    /// <summary>The ids of the user namespace that a process lives in; null when it is gone.</summary>
    public IdMap? ReadMap(long pid, bool isGroup)
    {
        using var process = ProcDirectory.Open(_proc.Fd, pid);
        return process.IsOpen && _buffer.TryRead(process.Fd, isGroup ? "gid_map"u8 : "uid_map"u8, IdMap.LargestFile, out var text) ? IdMap.Parse(text) : null;
    }

    /// <summary>The set as known, after a check when it is due. Waits only for the first set of a namespace and for an id that the known set lacks.</summary>
    private AccountSet? Current(MountAccounts accounts, long pid, bool isGroup, uint id)
    {
        var set = accounts.Set;
        var lacking = set is null || !set.Knows(isGroup, id);
        var age = _time.GetElapsedTime(Volatile.Read(ref accounts.CheckedAt));
        var due = Volatile.Read(ref accounts.CheckedAt) == 0 || age >= (lacking ? CheckUnknownAfter : CheckAfter);
        if (!due || !_thread.TryQueue(accounts, pid) || !lacking) return set;
        Wait(accounts);
        return accounts.Set;
    }

    private void Wait(MountAccounts accounts)
    {
        if (!_waits.TryBegin(out var start))
        {
            Counters.WaitsGivenUp++;
            return;
        }
        var left = _waits.TimeLeft;
        if (accounts.Checked.Wait(left < _options.AccountWait ? left : _options.AccountWait)) Counters.Waits++;
        else Counters.WaitsGivenUp++;
        _waits.End(start);
    }

    /// <summary>The host's files are the administrator's: they are read where they are asked for.</summary>
    private AccountSet Host(bool isGroup, uint id)
    {
        var age = _time.GetElapsedTime(_hostChecked);
        if (age >= CheckAfter || (age >= CheckUnknownAfter && !_host.Knows(isGroup, id))) ReadHost();
        return _host;
    }

    private void ReadHost()
    {
        _hostChecked = _time.GetTimestamp();
        // The first process's root, because the sensor itself may live in a mount namespace of its own.
        using var first = ProcDirectory.Open(_proc.Fd, "1/root"u8);
        var set = first.IsOpen ? _hostReader.Read(first, _host) : AccountSet.Empty;
        if (set.Users.Count == 0)
        {
            using var root = RootedFile.OpenRoot(_options.HostRoot);
            if (root.IsOpen) set = _hostReader.Read(root, _host);
        }
        _host = set;
    }

    private bool IsRunning(long pid)
    {
        using var process = ProcDirectory.Open(_proc.Fd, pid);
        return process.IsOpen;
    }

    private ulong MountNamespace(long pid)
    {
        Span<byte> path = stackalloc byte[PathLength];
        return TextCursor.Bracketed(_buffer.ReadLink(_proc.Fd, Below(pid, "/ns/mnt\0"u8, path)));
    }

    /// <summary>The mount that the process's root lies in: a number that is given once where the kernel has such (Linux 6.8), otherwise one that can come again; 0 when it does not tell.</summary>
    private ulong RootMount(long pid)
    {
        Span<byte> path = stackalloc byte[PathLength];
        return _proc.TryStat(Below(pid, "/root\0"u8, path), out var root, StatX.MountIdMask | StatX.UniqueMountIdMask) ? root.MountId : 0;
    }

    private static ReadOnlySpan<byte> Below(long pid, ReadOnlySpan<byte> name, Span<byte> path)
    {
        name.CopyTo(path[ProcDirectory.Format(pid, path).Length..]);
        return path;
    }
}
