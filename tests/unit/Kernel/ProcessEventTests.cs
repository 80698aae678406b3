using System.Diagnostics;
using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of the life of processes and threads.</summary>
[Collection(ProbeTests.Name)]
public sealed class ProcessEventTests(ProbeFixture fixture)
{
    private const int Thread = 8192;
    private const int Memory = 32768;
    private const int Files = 1;

    private static readonly SyscallCode[] Life =
    [
        SyscallCode.Clone, SyscallCode.Clone3, SyscallCode.Fork, SyscallCode.Vfork, SyscallCode.Execve, SyscallCode.Execveat, SyscallCode.SchedProcessExit,
    ];

    private ProbeSession Session => fixture.Session;

    [Fact]
    public void A_program_shows_its_command_line_environment_identity_and_end()
    {
        var (pid, events) = Run("/bin/sh", ["-c", "exit 3", "first", "second arg"], "/usr", e => e.Environment["PG_MARK"] = "here");
        var exec = Only(events, EventType.SyscallExecve_19X, pid);
        Assert.Equal(0, exec.Int("res"));
        Assert.Equal("/bin/sh", exec.Text("exe"));
        Assert.Equal("-c\0exit 3\0first\0second arg\0"u8.ToArray(), exec.Raw("args"));
        Assert.Equal([pid, pid], [exec.Int("tid"), exec.Int("pid")]);
        Assert.Equal("/usr", exec.Text("cwd"));
        Assert.Equal("sh", exec.Text("comm"));
        Assert.Contains("PG_MARK=here\0", System.Text.Encoding.UTF8.GetString(exec.Raw("env")), StringComparison.Ordinal);
        Assert.Contains("memory=/", System.Text.Encoding.UTF8.GetString(exec.Raw("cgroups")), StringComparison.Ordinal);
        Assert.Equal("/bin/sh", exec.Text("filename"));
        Assert.Equal(Identity("/bin/sh"), Identity(exec.Text("trusted_exepath")));
        Assert.Equal(Identity("/bin/sh").Inode, exec.Int("exe_ino"));
        Assert.Equal([0ul, 0ul], [exec.Uint("uid"), exec.Uint("gid")]);
        var modified = new FileInfo(exec.Text("trusted_exepath")).LastWriteTimeUtc;
        Assert.Equal((modified - DateTime.UnixEpoch).Ticks, (long)exec.Uint("exe_ino_mtime") / 100);
        Assert.NotEqual(0ul, exec.Uint("cap_effective"));
        Assert.Equal(1ul, exec.Uint("flags") & 1);
        Only(events, EventType.Procexit_1E, pid).Has(3 << 8, 3, 0, 0, 0);
    }

    [Fact]
    public void A_command_line_of_32_KB_comes_whole()
    {
        var argument = string.Concat(Enumerable.Range(0, 4096).Select(i => $"{i:x7} "));
        var (pid, events) = Run("/bin/true", [argument, "end"]);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(argument + "\0end\0"), Only(events, EventType.SyscallExecve_19X, pid).Raw("args"));
    }

    [Fact]
    public void A_fork_shows_in_parent_and_child()
    {
        var (pid, events) = Run("/bin/sh", ["-c", "(exit 7); true"]);
        var parent = events.First(e => IsFork(e) && e.ThreadId == pid && e.Int("res") > 0);
        var child = events.First(e => IsFork(e) && e.ThreadId == parent.Int("res"));
        Assert.Equal(0, child.Int("res"));
        Assert.Equal(pid, child.Int("ptid"));
        Assert.Equal(child.ThreadId, child.Int("vpid"));
        Assert.Equal("sh", child.Text("comm"));
        Assert.Equal("-c\0(exit 7); true\0"u8.ToArray(), child.Raw("args"));
        Assert.Equal(0ul, child.Uint("flags") & (Thread | Memory | Files));
        Assert.Equal(7, Only(events, EventType.Procexit_1E, child.ThreadId).Int("ret"));
        var order = events.Where(e => e.ThreadId == child.ThreadId).ToList();
        Assert.Same(child, order[0]);
    }

    [Fact]
    public void A_failed_exec_shows_what_was_to_be_run()
    {
        var (pid, events) = Run("/bin/sh", ["-c", "/no/such/program a 'b c'; true"]);
        var exec = events.First(e => e.Type == EventType.SyscallExecve_19X && e.Int("res") < 0 && e.Int("ptid") == pid);
        Assert.Equal(-2, exec.Int("res"));
        Assert.Equal("/no/such/program", exec.Text("exe"));
        Assert.Equal("a\0b c\0"u8.ToArray(), exec.Raw("args"));
        Assert.Equal("/no/such/program", exec.Text("filename"));
        Assert.Equal("sh", exec.Text("comm"));
    }

    [Fact]
    public void Execveat_fails_with_its_own_event()
    {
        var seen = Session.Call(SyscallCode.Execveat, -100, Text("/no/such/file"), Longs(Text("zero"), Text("one"), 0), Longs(Text("A=b"), 0), 0);
        Assert.Equal(EventType.SyscallExecveatX, seen.Event.Type);
        Assert.Equal(-2, seen.Event.Int("res"));
        Assert.Equal("zero", seen.Event.Text("exe"));
        Assert.Equal("one\0"u8.ToArray(), seen.Event.Raw("args"));
        Assert.Equal("A=b\0"u8.ToArray(), seen.Event.Raw("env"));
    }

    [Fact]
    public void A_script_shows_its_own_name_and_the_interpreters_path()
    {
        var script = NewFile("#!/bin/sh -e\nexit 0\n");
        Assert.Equal(0, Invoke(SyscallCode.Chmod, Text(script), 0x1c0));
        var (pid, events) = Run(script, ["x"]);
        File.Delete(script);
        var exec = Only(events, EventType.SyscallExecve_19X, pid);
        Assert.Equal(Path.GetFileName(script)[..15], exec.Text("comm"));
        Assert.Equal("/bin/sh", exec.Text("exe"));
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes($"-e\0{script}\0x\0"), exec.Raw("args"));
        Assert.Equal(script, exec.Text("filename"));
    }

    [Fact]
    public void A_program_in_memory_is_told_from_a_file()
    {
        var program = Bytes(File.ReadAllBytes("/bin/true"));
        var fd = Invoke(SyscallCode.MemfdCreate, Text("hidden"), 0);
        Assert.Equal(new FileInfo("/bin/true").Length, Invoke(SyscallCode.Write, (nint)fd, program, (nint)new FileInfo("/bin/true").Length));
        var (pid, events) = Run($"/proc/{Environment.ProcessId}/fd/{fd}", []);
        Close(fd);
        var exec = Only(events, EventType.SyscallExecve_19X, pid);
        Assert.Equal(4ul, exec.Uint("flags") & 4);
        Assert.Equal("memfd:hidden", exec.Text("trusted_exepath"));
    }

    [Fact]
    public void A_death_by_signal_shows_the_signal()
    {
        var (pid, events) = Run("/bin/sh", ["-c", "kill -9 $$"]);
        Only(events, EventType.Procexit_1E, pid).Has(9, 0, 9, 0, 0);
    }

    [Fact]
    public void Who_leaves_children_behind_names_their_reaper()
    {
        var (pid, events) = Run("/bin/sh", ["-c", "sleep 0.2 & exit 0"]);
        Assert.True(Only(events, EventType.Procexit_1E, pid).Int("reaper_tid") > 0);
    }

    [Fact]
    public void A_thread_shows_that_it_shares_and_when_it_ends()
    {
        var tid = 0;
        var ended = false;
        var events = Session.Record(Life, () =>
        {
            var thread = new System.Threading.Thread(() => tid = ThreadId());
            thread.Start();
            thread.Join();
        }, e =>
        {
            ended |= e.Type == EventType.Procexit_1E && e.ThreadId == tid;
            return true;
        }, () => ended);
        var child = events.First(e => IsFork(e) && e.ThreadId == tid);
        Assert.Equal(0, child.Int("res"));
        Assert.Equal(Environment.ProcessId, child.Int("pid"));
        Assert.Equal((ulong)(Thread | Memory | Files), child.Uint("flags") & (Thread | Memory | Files));
        var parent = events.First(e => IsFork(e) && e.Int("res") == tid);
        Assert.Equal((ulong)(Thread | Memory | Files), parent.Uint("flags") & (Thread | Memory | Files));
        Assert.Contains(events, e => e.Type == EventType.Procexit_1E && e.ThreadId == tid);
    }

    private static bool IsFork(RecordedEvent e) =>
        e.Type is EventType.SyscallClone_20X or EventType.SyscallClone3X or EventType.SyscallFork_20X or EventType.SyscallVfork_20X;

    private static RecordedEvent Only(List<RecordedEvent> events, EventType type, long tid) => Assert.Single(events, e => e.Type == type && e.ThreadId == tid);

    /// <summary>Runs a program to its end and returns its pid and all events of processes meanwhile.</summary>
    private (long Pid, List<RecordedEvent> Events) Run(string program, string[] arguments, string folder = "/", Action<ProcessStartInfo>? prepare = null)
    {
        long pid = 0;
        var ended = false;
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        prepare?.Invoke(start);
        var events = Session.Record(Life, () =>
        {
            using var process = Process.Start(start)!;
            pid = process.Id;
            process.WaitForExit();
        }, e =>
        {
            if (ended) return false;
            ended = e.Type == EventType.Procexit_1E && e.ThreadId == pid;
            return true;
        }, () => ended);
        return (pid, events);
    }
}
