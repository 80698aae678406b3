using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Peregrine.Kernel.Proc;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>The machine that the tests run on, with children that a test starts.</summary>
public sealed class RealMachineTests
{
    [Fact]
    public void AScanAgreesWithWhatProcfsSays()
    {
        using var host = Host();
        var before = Processes();
        var threads = host.Scan().ToDictionary(t => t.Tid);
        var after = Processes();
        var agreed = 0;
        foreach (var (pid, facts) in before)
        {
            // What came, went, executed something else or took other rights in between cannot be compared; the kernel's workers are named after what they do at the moment.
            if (facts.Name.StartsWith("kworker", StringComparison.Ordinal)) continue;
            if (!after.TryGetValue(pid, out var same) || facts != same || !threads.TryGetValue(pid, out var thread)) continue;
            agreed++;
            Assert.Equal(facts with { Exe = facts.Exe ?? Text(thread.ExePath) }, new ProcessFacts(
                Text(thread.Comm),
                thread.Pid,
                thread.Uid,
                thread.CapEffective,
                thread.VirtualTid,
                Text(thread.ExePath),
                (Text(thread.Exe) + (thread.Args.Length > 0 ? "\0" + Text(thread.Args) : "")).TrimEnd('\0', '\ufffd')));
        }
        Assert.True(agreed >= 3, $"only {agreed} processes to compare");
        Assert.Contains(threads.Values, t => t.Tid == Environment.ProcessId);
    }

    [Fact]
    public void OwnThreadsAreAllThereAndShareTheProcess()
    {
        using var host = Host();
        using var stop = new ManualResetEventSlim();
        var thread = new Thread(() => stop.Wait()) { Name = "a thread", IsBackground = true };
        thread.Start();
        var own = host.Scan().Where(t => t.Pid == Environment.ProcessId).ToList();
        stop.Set();
        Assert.Contains(own, t => Text(t.Comm) == "a thread" && !t.IsLeader && ReferenceEquals(t.Group.Leader, own.Single(l => l.IsLeader)));
        Assert.Equal(own.Count, own[0].Group.ThreadCount);
    }

    [Fact]
    public void ListenersConnectionsPipesAndMemfdsOfThisProcessAreTold()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient("127.0.0.1", port);
        using var accepted = listener.AcceptSocket();
        using var datagrams = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var folder = new TemporaryFolder();
        using var file = new FileStream(Path.Combine(folder.Path, "out.log"), FileMode.Create, FileAccess.Write);
        using var memory = new Memfd("secret");
        using var host = Host();
        Assert.True(host.TryReadThread(Environment.ProcessId, out var thread));
        var fds = thread.Group.Fds;
        var client4 = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        var tuple = $"127.0.0.1:{client4}->127.0.0.1:{port}";
        Check(fds, listener.Server.Handle, FdType.Ipv4Listener, $"127.0.0.1:{port}");
        Check(fds, client.Client.Handle, FdType.Ipv4Socket, tuple);
        Check(fds, accepted.Handle, FdType.Ipv4Socket, tuple);
        Assert.True(fds.Find(accepted.Handle)!.Flags.HasFlag(FdFlags.RoleServer));
        Check(fds, pipe.SafePipeHandle.DangerousGetHandle(), FdType.Fifo, "");
        Check(fds, file.SafeFileHandle.DangerousGetHandle(), FdType.FileV2, file.Name);
        Check(fds, memory.Fd, FdType.Memfd, "/memfd:secret");
        Assert.Equal(10, fds.Find(datagrams.Handle)!.SocketFamily);
        var logged = fds.Find(file.SafeFileHandle.DangerousGetHandle())!;
        Assert.True(logged is { Inode: > 0, Device: > 0 } && (logged.OpenFlags & 3) == 2 && (logged.OpenFlags & 4096) != 0);
        Assert.True(host.TryReadFd(Environment.ProcessId, listener.Server.Handle, out var one));
        Assert.Equal($"127.0.0.1:{port}", Text(one.Name));
        Assert.False(host.TryReadFd(Environment.ProcessId, 999_999, out _));
    }

    [Fact]
    public void AChildIsLookedUpWithItsParentNameAndStart()
    {
        using var child = Child.Start("sleep", "300");
        using var host = Host();
        Assert.True(host.TryReadThread(child.Id, out var thread));
        Assert.Equal((Environment.ProcessId, "sleep", "300", true), (thread.ParentTid, Text(thread.Comm), Text(thread.Args), thread.IsLeader));
        var now = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).TotalNanoseconds;
        Assert.InRange(now - thread.CloneTime, 0ul, 60_000_000_000ul);
        Assert.EndsWith("/", Text(thread.Group.Cwd), StringComparison.Ordinal);
        child.Stop();
        Assert.False(host.TryReadThread(child.Id, out _));
    }

    [Fact]
    public void AnExecutableThatWasDeletedKeepsItsPath()
    {
        using var folder = new TemporaryFolder();
        var program = Path.Combine(folder.Path, "gone");
        File.Copy("/bin/sleep", program);
        using var child = Child.Start(program, "300");
        File.Delete(program);
        using var host = Host();
        Assert.True(host.TryReadThread(child.Id, out var thread));
        Assert.Equal(program, Text(thread.ExePath));
        Assert.False(thread.ExeFromMemfd);
    }

    [Fact]
    public void AnExecutableInMemoryIsToldAsSuch()
    {
        using var memory = new Memfd("ghost");
        memory.Write(File.ReadAllBytes("/bin/sleep"));
        using var child = Child.Start($"/proc/{Environment.ProcessId}/fd/{memory.Fd}", "300");
        using var host = Host();
        Assert.True(host.TryReadThread(child.Id, out var thread));
        Assert.True(thread.ExeFromMemfd);
        Assert.Equal("memfd:ghost", Text(thread.ExePath));
    }

    [Fact]
    public void AProcessOfItsOwnPidNamespaceHasVirtualIdsAndTheNamespacesStart()
    {
        using var outer = Child.Start("unshare", "--pid", "--fork", "--kill-child", "sleep", "300");
        using var host = Host();
        ThreadEntry? inner = null;
        for (var i = 0; i < 200 && inner is null; i++)
        {
            if (outer.HasExited) Assert.Skip("a new pid namespace is not permitted here");
            inner = host.Scan().FirstOrDefault(t => t.ParentTid == outer.Id && Text(t.Comm) == "sleep");
            if (inner is null) Thread.Sleep(10);
        }
        Assert.NotNull(inner);
        Assert.Equal((1, 1, inner.CloneTime), (inner.VirtualTid, inner.VirtualPid, inner.PidNamespaceStart));
        Assert.True(inner.Tid > 1);
    }

    [Fact]
    public void UsersOfThisMachineAreFound()
    {
        using var host = Host();
        Assert.True(host.TryReadUser(0, 0, out var root));
        Assert.Equal("root", Text(root.Name));
        Assert.True(host.TryReadUser(0, Environment.ProcessId, out root));
        Assert.Equal("root", Text(root.Name));
        Assert.True(host.TryReadGroup(0, 1, out var group));
        Assert.Equal("root", Text(group.Name));
    }

    private static void Check(FdTable fds, nint fd, FdType type, string name)
    {
        var entry = fds.Find(fd);
        Assert.NotNull(entry);
        Assert.Equal((type, name), (entry.Type, Text(entry.Name)));
    }

    /// <summary>Looking up may take as long as a busy machine makes it.</summary>
    private static ProcHost Host() => new(new ProcOptions { MaxFdsPerLookup = 65_536, LookupTimePerSecond = TimeSpan.FromHours(1) });

    /// <summary>All processes as procfs tells them.</summary>
    private static Dictionary<long, ProcessFacts> Processes()
    {
        var processes = new Dictionary<long, ProcessFacts>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            try
            {
                var status = File.ReadAllLines(folder + "/status").Select(l => l.Split(':', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1].Trim('\t', ' '));
                var exe = new FileInfo(folder + "/exe").LinkTarget;
                processes[long.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)] = new(
                    status["Name"].Length > 15 ? status["Name"][..15] : status["Name"],
                    long.Parse(status["Tgid"], CultureInfo.InvariantCulture),
                    uint.Parse(status["Uid"].Split('\t')[1], CultureInfo.InvariantCulture),
                    ulong.Parse(status["CapEff"], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    long.Parse(status["NSpid"].Split('\t')[^1], CultureInfo.InvariantCulture),
                    exe is null || exe.EndsWith(" (deleted)", StringComparison.Ordinal) ? null : exe,
                    File.ReadAllText(folder + "/cmdline").TrimEnd('\0', '\ufffd'));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyNotFoundException)
            {
                // It has ended.
            }
        }
        return processes;
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private sealed record ProcessFacts(string Name, long Pid, uint User, ulong Capabilities, long VirtualId, string? Exe, string Arguments);
}
