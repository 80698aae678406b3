using System.Text;
using Peregrine.Kernel.Proc;
using Peregrine.Kernel.Proc.Accounts;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>Users and groups come from the files of the mount namespace that a process lives in.</summary>
public sealed class AccountTests : IDisposable
{
    private readonly FakeProc _machine = new();
    private readonly ManualTime _time = new();

    public AccountTests()
    {
        _machine.Write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n# no entry\n+nis::::\nbroken\nalice:x:1000:1000:A,B:/home/alice:/bin/zsh\nsecond:x:1000:1::/:\nlast:x:7:7");
        _machine.Write("etc/group", "root:x:0:\nstaff:x:50:alice,bob\nbad:x:-1:\n");
        _machine.Add(1).Link("ns/mnt", "mnt:[1]");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void TheHostsAccountsAnswerForTheHostAndItsMountNamespace()
    {
        using var host = Host();
        _machine.Add(5).Link("ns/mnt", "mnt:[1]");
        Assert.True(host.TryReadUser(1000, 5, out var alice));
        Assert.Equal(("alice", "/home/alice", "/bin/zsh", 1000u), (Text(alice.Name), Text(alice.HomeDir), Text(alice.Shell), alice.Gid));
        Assert.True(host.TryReadUser(7, 0, out var last));
        Assert.Equal(("last", ""), (Text(last.Name), Text(last.Shell)));
        Assert.True(host.TryReadGroup(50, 0, out var staff));
        Assert.Equal("staff", Text(staff.Name));
        Assert.False(host.TryReadUser(4242, 0, out _));
        Assert.False(host.TryReadGroup(4242, 0, out _));
    }

    [Fact]
    public void AContainersOwnFileAnswersForItsProcesses()
    {
        Container(9, 2, "app:x:1000:1000::/app:/bin/sh\n");
        using var host = Host();
        Assert.True(host.TryReadUser(1000, 9, out var user));
        Assert.Equal("app", Text(user.Name));
        Assert.False(host.TryReadUser(0, 9, out _));
    }

    /// <summary>A container of an unprivileged user, or of an engine that shifts ids: its files number their users as it sees them.</summary>
    [Fact]
    public void InAUserNamespaceTheContainersOwnIdsAreLookedUp()
    {
        var root = Container(9, 2, "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "staff:x:50:\n");
        _machine.Add(9).Write("uid_map", "         0     100000      65536\n     70000       1000          1\n").Write("gid_map", "         0     200000      65536\n");
        using var host = Host();
        Assert.True(host.TryReadUser(101_000, 9, out var user));
        Assert.Equal(("app", 101_000u), (Text(user.Name), user.Uid));
        Assert.True(host.TryReadUser(100_000, 9, out user));
        Assert.Equal("root", Text(user.Name));
        Assert.True(host.TryReadGroup(200_050, 9, out var group));
        Assert.Equal(("staff", 200_050u), (Text(group.Name), group.Gid));
        // The host's own ids are nobody's in there, though the file has lines with these numbers.
        Assert.False(host.TryReadUser(0, 9, out _));
        Assert.False(host.TryReadUser(1000, 9, out _));
        Assert.Equal((101_000u, 1000u, 4_000_000u, 200_050u), (host.ToHostId(1000, false, 9), host.ToHostId(70_000, false, 9), host.ToHostId(4_000_000, false, 9), host.ToHostId(50, true, 9)));
    }

    [Fact]
    public void AMapThatIsNotWrittenYetChangesNothing()
    {
        Container(9, 2, "app:x:1000:1000::/app:/bin/sh\n");
        var process = _machine.Add(9).Write("uid_map", "");
        using var host = Host();
        Assert.True(host.TryReadUser(1000, 9, out _));
        process.Write("uid_map", "0 100000 65536\n");
        Assert.False(host.TryReadUser(1000, 9, out _));
        Assert.True(host.TryReadUser(101_000, 9, out _));
    }

    /// <summary>The kernel gives the number of a namespace that has ended to the next one.</summary>
    [Fact]
    public void AnotherUserNamespaceUnderTheSameNumberIsNoticed()
    {
        Container(9, 2, "app:x:1000:1000::/app:/bin/sh\n");
        var process = _machine.Add(9).Write("uid_map", "0 0 4294967295\n");
        using var host = Host();
        Assert.True(host.TryReadUser(1000, 9, out _));
        process.Write("uid_map", "0 100000 65536\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(host.TryReadUser(101_000, 9, out var user));
        Assert.Equal("app", Text(user.Name));
    }

    /// <summary>A reader that was only slow, as on a busy machine, costs its container's names no longer than it took.</summary>
    [Fact]
    public void ARootWhoseReaderWasGivenUpIsReadAgainOnceThatCameBack()
    {
        Container(9, 2, "app:x:1000:1000::/app:/bin/sh\n");
        Container(10, 3, "other:x:1000:1000::/app:/bin/sh\n");
        var stall = new TaskCompletionSource();
        using var host = new ProcHost(new ProcOptions { HostRoot = _machine.Root, AccountWait = TimeSpan.FromMilliseconds(1), AccountWaitPerSecond = TimeSpan.FromSeconds(60) }, new StallingTime(_time, stall));
        Until(() => host.TryReadUser(1000, 9, out _));
        _time.Advance(TimeSpan.FromSeconds(3));
        Until(() => host.TryReadUser(1000, 10, out _) || host.AccountCounters.ReadersAbandoned > 0);
        Assert.Equal(1, host.AccountCounters.ReadersAbandoned);
        File.AppendAllText(Path.Combine(_machine.Root, "c9/etc/passwd"), "late:x:2000:2000::/:\n");
        stall.SetResult();
        Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return host.TryReadUser(2000, 9, out _) && host.TryReadUser(1000, 10, out _);
        });
    }

    /// <summary>The files are read before somebody asks, and not while he waits.</summary>
    [Fact]
    public void AccountsThatWerePreparedAreThereWithoutWaiting()
    {
        Container(9, 2, "app:x:1000:1000::/app:/bin/sh\n");
        _machine.Add(5).Link("ns/mnt", "mnt:[1]");
        using var host = new ProcHost(new ProcOptions { HostRoot = _machine.Root, AccountWait = TimeSpan.Zero, AccountWaitPerSecond = TimeSpan.Zero }, _time);
        Assert.False(host.PrepareAccounts(9));
        Until(() => host.PrepareAccounts(9));
        Assert.True(host.TryReadUser(1000, 9, out var user));
        Assert.Equal("app", Text(user.Name));
        Assert.Equal((0, 0), (host.AccountCounters.Waits, host.AccountCounters.WaitsGivenUp));
        Assert.False(host.PrepareAccounts(5));
        Assert.False(host.PrepareAccounts(12345));
    }

    [Fact]
    public void AProcessThatIsGoneHasNoAccounts()
    {
        using var host = Host();
        Assert.False(host.TryReadUser(0, 12345, out _));
    }

    [Fact]
    public void AnAccountAddedWhileRunningIsFound()
    {
        Container(9, 2, "a:x:1:1::/:\n");
        using var host = Host();
        Assert.False(host.TryReadUser(2000, 0, out _));
        Assert.False(host.TryReadUser(2000, 9, out _));
        File.AppendAllText(Path.Combine(_machine.Root, "etc/passwd"), "\nnew:x:2000:2000::/:/bin/sh\n");
        File.AppendAllText(Path.Combine(_machine.Root, "c9/etc/passwd"), "inner:x:2000:2000::/:/bin/sh\n");
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(host.TryReadUser(2000, 0, out var user));
        Assert.Equal("new", Text(user.Name));
        Assert.True(host.TryReadUser(2000, 9, out user));
        Assert.Equal("inner", Text(user.Name));
    }

    [Fact]
    public void LinksInAContainerDoNotLeadOut()
    {
        var secret = _machine.Write("secret", "stolen:x:1:1::/:\n");
        var root = Container(9, 2, null);
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.CreateSymbolicLink(Path.Combine(root, "etc/passwd"), secret);
        using var host = Host();
        Assert.False(host.TryReadUser(1, 9, out _));
    }

    [Fact]
    public void LinksInsideAContainerAreFollowed()
    {
        var root = Container(9, 2, null);
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        Directory.CreateDirectory(Path.Combine(root, "usr"));
        File.WriteAllText(Path.Combine(root, "usr/passwd"), "in:x:1:1::/:\n");
        File.CreateSymbolicLink(Path.Combine(root, "etc/passwd"), "/usr/passwd");
        using var host = Host();
        Assert.True(host.TryReadUser(1, 9, out var user));
        Assert.Equal("in", Text(user.Name));
    }

    [Fact]
    public void AFifoInPlaceOfTheFileDoesNotBlock()
    {
        var root = Container(9, 2, null);
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(root, "etc/passwd"))) mkfifo.WaitForExit();
        using var host = Host();
        Assert.False(host.TryReadUser(1, 9, out _));
        Assert.Equal(0, host.AccountCounters.ReadersAbandoned);
    }

    [Fact]
    public void NamespacesWithTheSameFileShareWhatWasRead()
    {
        Container(9, 2, "a:x:1:1::/:\n");
        _machine.Add(10).Link("ns/mnt", "mnt:[3]").Link("root", Path.Combine(_machine.Root, "c9"));
        using var host = Host();
        var before = host.AccountCounters.FilesRead;
        Assert.True(host.TryReadUser(1, 9, out var first));
        Assert.True(host.TryReadUser(1, 10, out var second));
        Assert.Same(first, second);
        Assert.Equal(before + 1, host.AccountCounters.FilesRead);
    }

    [Theory]
    [InlineData("a:b:1:2:c:/h:/s:extra:cells:more:still", "a", "/h", "/s")]
    [InlineData("a::1:2", "a", "", "")]
    public void LinesWithMoreOrFewerCellsAreRead(string line, string name, string home, string shell)
    {
        var user = AccountFile.ParseUser(Encoding.UTF8.GetBytes(line))!;
        Assert.Equal((name, home, shell), (Text(user.Name), Text(user.HomeDir), Text(user.Shell)));
    }

    [Theory]
    [InlineData(":x:1:1::/:")]
    [InlineData("a:x::1::/:")]
    [InlineData("a:x:99999999999:1::/:")]
    [InlineData("a:x:1")]
    public void LinesThatAreNoAccountAreRefused(string line) => Assert.Null(AccountFile.ParseUser(Encoding.UTF8.GetBytes(line)));

    private static void Until(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 6000, "it did not come true within a minute");
            Thread.Sleep(10);
        }
    }

    private string Container(int pid, int mountNamespace, string? passwd)
    {
        var root = Path.Combine(_machine.Root, $"c{pid}");
        Directory.CreateDirectory(root);
        if (passwd is not null) _machine.Write($"c{pid}/etc/passwd", passwd);
        _machine.Add(pid).Link("ns/mnt", $"mnt:[{mountNamespace}]").Link("root", root);
        return root;
    }

    // The wait is long so that a busy machine cannot turn these tests: what is waited for always comes.
    private ProcHost Host() => new(
        new ProcOptions { HostRoot = _machine.Root, AccountWait = TimeSpan.FromSeconds(20), AccountWaitPerSecond = TimeSpan.FromSeconds(60) }, _time);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>A clock that the readers' threads cannot look at until they are let.</summary>
    private sealed class StallingTime(TimeProvider time, TaskCompletionSource let) : TimeProvider
    {
        private int _looks;

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp()
        {
            // The first look is when the reader begins, the second when it has read.
            if (Thread.CurrentThread.Name == "accounts" && Interlocked.Increment(ref _looks) >= 2) let.Task.Wait();
            return time.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
    }
}
