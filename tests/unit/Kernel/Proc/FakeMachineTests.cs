using System.Text;
using Peregrine.Kernel.Proc;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>A scan of a procfs that a test wrote: odd names, gaps and lies must neither stop it nor mix processes.</summary>
public sealed class FakeMachineTests : IDisposable
{
    private readonly FakeProc _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void AWholeProcessIsRead()
    {
        var process = _machine.Add(100, "my app)", parent: 50)
            .Write("cmdline", "/bin/app\0--x\0a b\0").Write("environ", "A=1\0B=2\0").Write("loginuid", "1000")
            .Write("cgroup", "1:cpu:/x\n").Write("limits", "Max open files            99    100    files\n");
        var program = _machine.Write("app.bin", "x");
        process.Link("exe", program).Link("cwd", _machine.Root).Link("root", "/");
        var thread = Assert.Single(Scan());
        Assert.Equal((100, 100, 50, "my app)"), (thread.Tid, thread.Pid, thread.ParentTid, Text(thread.Comm)));
        Assert.Equal(("/bin/app", "--x\0a b", "A=1\0B=2"), (Text(thread.Exe), Text(thread.Args), Text(thread.Group.Env)));
        Assert.Equal((1001u, 2001u, 1000u, 34816u, 77), (thread.Uid, thread.Gid, thread.LoginUid, thread.Tty, thread.SessionId));
        Assert.Equal((program, "cpu=/x", _machine.Root + "/", "/", 99), (Text(thread.ExePath), Text(thread.Cgroups), Text(thread.Group.Cwd), Text(thread.Root), thread.FdLimit));
        Assert.True(thread.ExeInode > 0 && thread.ExeInodeCtime > 0 && thread.ExeInodeMtime > 0);
        Assert.Same(thread, thread.Group.Leader);
    }

    [Fact]
    public void ANameOfArbitraryBytesIsKeptAsItIs()
    {
        byte[] name = [0xff, (byte)'(', 0x0a, (byte)')', 0xfe];
        _machine.Add(7).Write("stat", [.. "7 ("u8, .. name, .. ") S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n"u8]);
        Assert.Equal(name, Assert.Single(Scan()).Comm);
    }

    [Fact]
    public void FilesCutShortOrMissingLeaveGapsAndDropOnlyTheirProcess()
    {
        _machine.Add(10).Write("stat", "10 (cut");
        _machine.Add(11).Write("status", "Na");
        Directory.CreateDirectory(Path.Combine(_machine.Root, "proc", "12"));
        _machine.Add(13).Write("cmdline", "").Write("cgroup", "rubbish").Fd(5, "socket:[rubbish]").Write("fd/notanumber", "");
        _machine.Write("proc/notapid/stat", "x");
        var thread = Assert.Single(Scan());
        Assert.Equal(13, thread.Tid);
        Assert.Equal((0, 0, FdType.Socket), (thread.Exe.Length, thread.Cgroups.Length, thread.Group.Fds.Find(5)!.Type));
    }

    [Fact]
    public void AKernelThreadHasANameAndNothingElse()
    {
        _machine.Add(2, "kthreadd", parent: 0).Stat("kworker/0:0-events", 2, flags: 0x208040).Write("cmdline", "lie\0");
        var thread = Assert.Single(Scan());
        Assert.Equal(("kworker/0:0-eve", "", ""), (Text(thread.Comm), Text(thread.Exe), Text(thread.ExePath)));
    }

    [Fact]
    public void ThirtyTwoKilobytesOfArgumentsAreKept()
    {
        var argument = new string('x', 32 * 1024);
        _machine.Add(20).Write("cmdline", $"prog\0{argument}\0end\0");
        Assert.Equal(argument + "\0end", Text(Assert.Single(Scan()).Args));
    }

    [Fact]
    public void ThreadsShareTheProcessAndKeepTheirOwnNames()
    {
        var process = _machine.Add(30, "main").Write("cmdline", "main\0-x\0");
        process.Status("Tgid:\t30\nPPid:\t1\nUid:\t0 0 0 0\nGid:\t0 0 0 0\nThreads:\t2\n");
        process.Write("task/30/stat", "30 (main) S 1");
        process.Write("task/31/stat", "31 (worker) S 1 30 77 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 99 0 0").Write("task/31/status", "Tgid:\t30\nPPid:\t1\nUid:\t5 5 5 5\nGid:\t0 0 0 0\nNSpid:\t31\t2\n");
        var threads = Scan().ToDictionary(t => t.Tid);
        Assert.Equal(2, threads.Count);
        Assert.Equal((30, "worker", "-x", 5u, 2, 0x2001u), (threads[31].Pid, Text(threads[31].Comm), Text(threads[31].Args), threads[31].Uid, threads[31].VirtualTid, threads[31].Flags));
        Assert.Same(threads[30].Group, threads[31].Group);
        Assert.Equal(2, threads[30].Group.ThreadCount);
    }

    [Fact]
    public void SocketsAreMatchedThroughTheTablesOfTheirNetworkNamespace()
    {
        const string Heading = "  sl  local_address rem_address   st tx rx tr tm retr uid timeout inode\n";
        var server = _machine.Add(40).Link("ns/net", "net:[1]");
        server.Write("net/tcp", Heading + Line("0100007F:0050", "00000000:0000", "0A", 1) + Line("0100007F:0050", "0200007F:C000", "01", 2) + Line("0200007F:C000", "0100007F:0050", "01", 3) + Line("0200007F:C001", "0300007F:0051", "02", 4));
        server.Write("net/udp", Heading + Line("00000000:0035", "00000000:0000", "07", 5) + Line("00000000:C350", "00000000:0000", "07", 6));
        server.Write("net/unix", "Num RefCount Protocol Flags Type St Inode Path\n0000000000000abc: 2 0 10000 1 1 7 @/x y\n");
        server.Write("net/netlink", "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n0 0 1 0 0 0 0 2 0 8\n");
        for (var inode = 1; inode <= 9; inode++) server.Fd(inode, $"socket:[{inode}]");
        _machine.Add(41).Link("ns/net", "net:[2]").Fd(3, "socket:[1]");
        var threads = Scan().ToDictionary(t => t.Tid);
        var fds = threads[40].Group.Fds;
        Check(fds.Find(1)!, FdType.Ipv4Listener, "127.0.0.1:80", FdFlags.None);
        Check(fds.Find(2)!, FdType.Ipv4Socket, "127.0.0.2:49152->127.0.0.1:80", FdFlags.RoleServer | FdFlags.Connected);
        Check(fds.Find(3)!, FdType.Ipv4Socket, "127.0.0.2:49152->127.0.0.1:80", FdFlags.RoleClient | FdFlags.Connected);
        Check(fds.Find(4)!, FdType.Ipv4Socket, "127.0.0.2:49153->127.0.0.3:81", FdFlags.RoleClient | FdFlags.ConnectionPending);
        Check(fds.Find(5)!, FdType.Ipv4Listener, "0.0.0.0:53", FdFlags.None);
        Check(fds.Find(6)!, FdType.Ipv4Socket, "0.0.0.0:50000->0.0.0.0:0", FdFlags.None);
        Check(fds.Find(7)!, FdType.UnixSocket, "@/x y", FdFlags.None);
        Check(fds.Find(8)!, FdType.Netlink, "", FdFlags.None);
        Check(fds.Find(9)!, FdType.Socket, "", FdFlags.None);
        Assert.Equal(0xabcul, fds.Find(7)!.UnixSource);
        Check(threads[41].Group.Fds.Find(3)!, FdType.Socket, "", FdFlags.None);
    }

    [Fact]
    public void FilesFoldersAndAnonymousInodesAreToldApart()
    {
        var process = _machine.Add(60);
        process.Fd(0, _machine.Write("a file", "x"), "0100001").Fd(1, _machine.Root, "02200000").Fd(2, "pipe:[12]").Fd(3, "anon_inode:[eventpoll]").Fd(4, "anon_inode:[perf_event]").Fd(5, "/memfd:x (deleted)");
        var fds = Assert.Single(Scan()).Group.Fds;
        Check(fds.Find(0)!, FdType.FileV2, _machine.Root + "/a file", FdFlags.None);
        Check(fds.Find(1)!, FdType.Directory, _machine.Root, FdFlags.CloseOnExec);
        Check(fds.Find(2)!, FdType.Fifo, "", FdFlags.None);
        Check(fds.Find(3)!, FdType.EventPoll, "", FdFlags.None);
        Check(fds.Find(4)!, FdType.Unsupported, "anon_inode:[perf_event]", FdFlags.None);
        Assert.Equal((2050u, 12ul), (fds.Find(0)!.OpenFlags, fds.Find(2)!.Inode));
    }

    [Fact]
    public void TheStartOfAPidNamespaceIsThatOfItsFirstProcess()
    {
        _machine.Add(1, "init", 0).Stat("init", 0, start: 1);
        Nested(70, "70\t1", 1, start: 500);
        Nested(69, "69\t2", 70, start: 600);
        var threads = Scan().ToDictionary(t => t.Tid);
        Assert.Equal(threads[70].CloneTime, threads[69].PidNamespaceStart);
        Assert.Equal(threads[70].CloneTime, threads[70].PidNamespaceStart);
        using var host = Host();
        Assert.True(host.TryReadThread(69, out var looked));
        // Made a moment later, its clock may differ by what the wall clock was set meanwhile.
        Assert.InRange((long)looked.PidNamespaceStart - (long)threads[70].CloneTime, -50_000_000, 50_000_000);
    }

    [Fact]
    public void LookupsBeyondTheBudgetAreRefusedAndCounted()
    {
        _machine.Add(80);
        var time = new ManualTime();
        using var host = new ProcHost(new ProcOptions { HostRoot = _machine.Root, LookupsPerSecond = 2 }, time);
        Assert.True(host.TryReadThread(80, out _));
        Assert.False(host.TryReadThread(81, out _));
        Assert.False(host.TryReadThread(80, out _));
        Assert.Equal((2, 1, 1), (host.Counters.ThreadLookups, host.Counters.ThreadsGone, host.Counters.RefusedByBudget));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(host.TryReadThread(80, out _));
    }

    [Fact]
    public void AMachineWithoutProcfsIsAClearError()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => new ProcHost(new ProcOptions { HostRoot = Path.Combine(_machine.Root, "nowhere") }));
        Assert.Contains("no procfs at", error.Message, StringComparison.Ordinal);
    }

    private void Nested(int pid, string ids, int parent, ulong start) => _machine.Add(pid)
        .Status($"Tgid:\t{pid}\nPPid:\t{parent}\nUid:\t0 0 0 0\nGid:\t0 0 0 0\nNStgid:\t{ids}\nNSpid:\t{ids}\nThreads:\t1\n").Stat("x", parent, start: start).Link("ns/pid", "pid:[500]");

    private static string Line(string local, string remote, string state, int inode) => $"   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0 0\n";

    private static void Check(FdEntry fd, FdType type, string name, FdFlags flags) => Assert.Equal((type, name, flags), (fd.Type, Text(fd.Name), fd.Flags));

    // Looking up may take as long as a busy machine makes it.
    private ProcHost Host() => new(new ProcOptions { HostRoot = _machine.Root, LookupTimePerSecond = TimeSpan.FromHours(1) });

    private IReadOnlyList<ThreadEntry> Scan()
    {
        using var host = Host();
        return host.Scan();
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
