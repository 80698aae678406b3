using System.Text;
using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.UnitTests.State;

/// <summary>Writes one parameter after the other into an event.</summary>
internal delegate void WriteParams(ref EventWriter writer);

/// <summary>Looks at an event's context between Apply and Complete.</summary>
internal delegate void Look(ref EventContext context);

/// <summary>A state engine that tests feed with events in the words of the system calls.</summary>
internal sealed class World
{
    public const uint CloneFiles = 0x1;
    public const uint CloneFileSystem = 0x2;
    public const uint CloneNewMounts = 0x20;
    public const uint CloneNewPid = 0x40;
    public const uint CloneParent = 0x100;
    public const uint CloneThread = 0x2000;
    public const uint CloneVfork = 0x800_0000;
    public const uint InPidNamespace = 0x2000_0000;
    public const uint OpenCloexec = 0x1000;
    public const uint OpenDirectory = 0x400;

    private readonly byte[] _buffer = new byte[65_536];
    private ulong _time = 1_000_000_000;

    public World(StateOptions? options = null, IHost? host = null)
    {
        State = new StateEngine(options ?? new StateOptions(), host ?? NoHost.Instance);
        State.AddThread(NewThread(1, 1, 0, "systemd"));
    }

    public StateEngine State { get; }

    public ulong Now => _time;

    /// <summary>Lets time pass, in nanoseconds.</summary>
    public void Skip(ulong time) => _time += time;

    /// <summary>The next events come from a processor that was held up: they happened before the last ones.</summary>
    public void Rewind(ulong time) => _time -= time;

    public ThreadEntry Thread(long tid) => State.Threads.Find(tid) ?? throw new Xunit.Sdk.XunitException($"thread {tid} is not in the table");

    public static ThreadEntry NewThread(long tid, long pid, long parent, string comm, string cwd = "/") => new()
    {
        Tid = tid,
        Pid = pid,
        ParentTid = parent,
        VirtualTid = tid,
        VirtualPid = pid,
        SessionId = pid,
        Comm = Encoding.UTF8.GetBytes(comm),
        Exe = Encoding.UTF8.GetBytes(comm),
        Group = new ThreadGroup { Pid = pid, Cwd = Encoding.UTF8.GetBytes(cwd) },
    };

    /// <summary>Applies one event and returns what <paramref name="look"/> may want to see of it before it is completed.</summary>
    public void Event(EventType type, long tid, WriteParams parameters, Look? look = null)
    {
        var writer = new EventWriter(_buffer, type, _time += 1000, tid);
        parameters(ref writer);
        var context = new EventContext { Event = EventView.Trusted(writer.Finish()) };
        State.Apply(ref context);
        look?.Invoke(ref context);
        State.Complete(ref context);
    }

    /// <summary>The parent's side of a clone.</summary>
    public void Clone(long parent, long child, uint flags = 0, string comm = "sh", long pid = 0, long ptid = 1, string cgroups = "") =>
        CloneEvent(EventType.SyscallClone_20X, parent, child, pid == 0 ? parent : pid, ptid, flags, comm, cgroups, parent, pid == 0 ? parent : pid);

    /// <summary>The child's own side of a clone.</summary>
    public void Born(long child, long parent, uint flags = 0, string comm = "sh", long pid = 0, string cgroups = "", long vtid = 0, long vpid = 0, EventType type = EventType.SyscallClone_20X, Look? look = null) =>
        CloneEvent(type, child, 0, pid == 0 ? child : pid, parent, flags, comm, cgroups, vtid == 0 ? child : vtid, vpid == 0 ? (pid == 0 ? child : pid) : vpid, look);

    /// <summary>Both sides.</summary>
    public void Fork(long parent, long child, uint flags = 0, string comm = "sh")
    {
        Clone(parent, child, flags, comm);
        var thread = (flags & CloneThread) != 0;
        Born(child, thread ? Thread(parent).ParentTid : parent, flags, comm, pid: thread ? Thread(parent).Pid : child);
    }

    public void Exec(long tid, string path, string[]? args = null, long parent = 0, long pid = 0, string cgroups = "", string env = "", string? cwd = null, uint uid = 0, uint tty = 0) =>
        Event(EventType.SyscallExecve_19X, tid, (ref w) =>
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            w.I64(0);
            w.Text(Encoding.UTF8.GetBytes(args?[0] ?? path));
            w.Bytes(Vector(args?[1..] ?? []));
            w.I64(tid);
            w.I64(pid == 0 ? tid : pid);
            w.I64(parent == 0 ? State.Threads.Find(tid)?.ParentTid ?? 1 : parent);
            if (cwd is null) w.Empty();
            else w.Text(Encoding.UTF8.GetBytes(cwd));
            for (var i = 7; i < 13; i++) w.Empty();
            w.Text(Encoding.UTF8.GetBytes(name[..Math.Min(15, name.Length)]));
            w.Bytes(Vector(cgroups.Length == 0 ? [] : cgroups.Split(' ')));
            w.Bytes(Vector(env.Length == 0 ? [] : env.Split(' ')));
            w.U32(tty);
            for (var i = 17; i < 26; i++) w.Empty();
            w.U32(uid);
            w.Text(Encoding.UTF8.GetBytes(path));
            w.Empty();
            w.U32(0);
            w.Empty();
        });

    public void Exit(long tid, long reaper = 0, Look? look = null) => Event(EventType.Procexit_1E, tid, (ref w) =>
    {
        w.I64(0);
        w.I64(0);
        w.U8(0);
        w.U8(0);
        w.I64(reaper);
    }, look);

    public void Open(long tid, long fd, string path, uint flags = 1, Look? look = null) => Event(EventType.SyscallOpenX, tid, (ref w) =>
    {
        w.I64(fd);
        w.Text(Encoding.UTF8.GetBytes(path));
        w.U32(flags);
        w.U32(0);
        w.U32(5);
        w.U64(42);
    }, look);

    public void Openat(long tid, long fd, long directory, string path, uint flags = 1, Look? look = null) => Event(EventType.SyscallOpenat_2X, tid, (ref w) =>
    {
        w.I64(fd);
        w.I64(directory);
        w.Text(Encoding.UTF8.GetBytes(path));
        w.U32(flags);
        w.U32(0);
        w.U32(5);
        w.U64(42);
    }, look);

    public void Close(long tid, long fd, long result = 0, Look? look = null) => Event(EventType.SyscallCloseX, tid, (ref w) =>
    {
        w.I64(result);
        w.I64(fd);
    }, look);

    public void Chdir(long tid, string path, long result = 0) => Event(EventType.SyscallChdirX, tid, (ref w) =>
    {
        w.I64(result);
        w.Text(Encoding.UTF8.GetBytes(path));
    });

    /// <summary>An event with nothing but numbers of 64 bits.</summary>
    public void Numbers(EventType type, long tid, long[] values, Look? look = null) => Event(type, tid, (ref w) =>
    {
        foreach (var value in values) w.I64(value);
    }, look);

    public static byte[] Vector(string[] parts) => Encoding.UTF8.GetBytes(string.Concat(parts.Select(p => p + "\0")));

    public string FdName(long tid, long fd) => Encoding.UTF8.GetString((Thread(tid).Fds.Find(fd) ?? throw new Xunit.Sdk.XunitException($"no descriptor {fd}")).Name);

    public string Cwd(long tid) => Encoding.UTF8.GetString(Thread(tid).Cwd);

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private void CloneEvent(EventType type, long tid, long result, long pid, long ptid, uint flags, string comm, string cgroups, long vtid, long vpid, Look? look = null) => Event(type, tid, (ref w) =>
    {
        w.I64(result);
        w.Text(Encoding.UTF8.GetBytes(comm));
        w.Bytes(Vector(["-c", "true"]));
        w.I64(tid);
        w.I64(pid);
        w.I64(ptid);
        w.Text(""u8);
        w.I64(1024);
        for (var i = 8; i < 13; i++) w.Empty();
        w.Text(Encoding.UTF8.GetBytes(comm));
        w.Bytes(Vector(cgroups.Length == 0 ? [] : cgroups.Split(' ')));
        w.U32(flags);
        w.U32(0);
        w.U32(0);
        w.I64(vtid);
        w.I64(vpid);
        w.U64(0);
    }, look);
}
