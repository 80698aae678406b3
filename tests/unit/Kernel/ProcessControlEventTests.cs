using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;
using static Peregrine.UnitTests.Kernel.RecordedEvent;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of users, memory, signals, limits and waiting.</summary>
[Collection(ProbeTests.Name)]
public sealed class ProcessControlEventTests(ProbeFixture fixture)
{
    private ProbeSession Session => fixture.Session;

    [Fact]
    public void Ids_show_what_is_asked_for()
    {
        Check(SyscallCode.Setresuid, [-1, -1, -1], 0, 0xffffffff, 0xffffffff, 0xffffffff);
        Check(SyscallCode.Setresgid, [-1, 0, -1], 0, 0xffffffff, 0, 0xffffffff);
        Check(SyscallCode.Setreuid, [-1, 0], 0, 0xffffffff, 0);
        Check(SyscallCode.Setregid, [0, -1], 0, 0, 0xffffffff);
        Check(SyscallCode.Setuid, [0], 0, 0);
        Check(SyscallCode.Setgid, [0], 0, 0);
        Check(SyscallCode.Getuid, [], 0);
        Check(SyscallCode.Geteuid, [], 0);
        Check(SyscallCode.Getgid, [], 0);
        Check(SyscallCode.Getegid, [], 0);
        Check(SyscallCode.Getresuid, [Ints(9), Ints(9), Ints(9)], 0, 0, 0, 0);
        Check(SyscallCode.Getresgid, [Ints(9), Ints(9), Ints(9)], 0, 0, 0, 0);
        Check(SyscallCode.Setpgid, [-5, 3], Any, -5, 3);
    }

    [Fact]
    public void Capset_shows_what_the_task_has_afterwards()
    {
        var effective = File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal)).Split('\t')[1];
        Check(SyscallCode.Capset, [0, 0], -14, Any, Any, Convert.ToUInt64(effective, 16));
    }

    [Fact]
    public void Memory_shows_sizes_and_protection()
    {
        var seen = Session.Call(SyscallCode.Mmap, 0, 8192, 5, 0x22, -1, 0);
        seen.Event.Has(seen.Result, Any, Any, Any, 0, 8192, 5, 2 | 8, -1, 0);
        Assert.InRange(seen.Event.Uint("vm_size"), 10_000ul, uint.MaxValue);
        Assert.InRange(seen.Event.Uint("vm_rss"), 1_000ul, seen.Event.Uint("vm_size"));
        var at = (nint)seen.Result;
        Check(SyscallCode.Mprotect, [at, 4096, 3], 0, at, 4096, 3);
        Check(SyscallCode.Mlock, [at, 4096], 0, at, 4096);
        Check(SyscallCode.Mlock2, [at, 4096, 1], 0, at, 4096, 1);
        Check(SyscallCode.Munlock, [at, 4096], 0, at, 4096);
        Check(SyscallCode.Mlockall, [8], -22, 0);
        Check(SyscallCode.Munmap, [at, 8192], 0, Any, Any, Any, at, 8192);
        var brk = Session.Call(SyscallCode.Brk, 0);
        brk.Event.Has(brk.Event.Int("res"), Any, Any, Any, 0);
    }

    [Fact]
    public void Signals_show_whom_and_which()
    {
        var tid = ThreadId();
        Check(SyscallCode.Kill, [Environment.ProcessId, 0], 0, Environment.ProcessId, 0);
        Check(SyscallCode.Tkill, [tid, 0], 0, tid, 0);
        Check(SyscallCode.Tgkill, [Environment.ProcessId, tid, 0], 0, Environment.ProcessId, tid, 0);
        Check(SyscallCode.Kill, [0x3fffffff, 9], -3, 0x3fffffff, 9);
    }

    [Fact]
    public void Ptrace_shows_the_schemas_request()
    {
        Check(SyscallCode.Ptrace, [16, 0x3fffffff, 1, 2], -3, Dyn(0, 0), Dyn(0, 0), 11, 0x3fffffff);
        Check(SyscallCode.Ptrace, [0x4206, 0x3fffffff, 1, 2], -3, Dyn(0, 0), Dyn(0, 0), 20, 0x3fffffff);
    }

    [Fact]
    public void Prctl_shows_a_name_or_a_number()
    {
        Check(SyscallCode.Prctl, [15, Text("a name of a thread")], 0, 15, "a name of a thr", 0);
        Check(SyscallCode.Prctl, [4, 1], 0, 4, Empty, 1);
        Check(SyscallCode.Prctl, [37, Ints(9)], 0, 37, Empty, 0);
    }

    [Fact]
    public void Limits_show_both_values()
    {
        var limit = Longs(0, 0);
        Session.Call(SyscallCode.Getrlimit, 7, limit).Event.Has(0, Long(limit), Long(limit, 1), 7);
        Check(SyscallCode.Setrlimit, [7, limit], 0, Long(limit), Long(limit, 1), 7);
        Check(SyscallCode.Getrlimit, [99, limit], -22, -1, -1, 255);
        Check(SyscallCode.Prlimit64, [0, 7, 0, Longs(0, 0)], 0, 0, 0, Long(limit), Long(limit, 1), 0, 7);
    }

    [Fact]
    public void Namespaces_show_the_schemas_flags()
    {
        Check(SyscallCode.Unshare, [0x200], 0, 2);
        Check(SyscallCode.Setns, [-1, 0x40000000], -9, -1, 16);
    }

    [Fact]
    public void Waiting_shows_for_what()
    {
        var fds = Ints(0, 0);
        Invoke(SyscallCode.Pipe, fds);
        var poll = Ints(Int(fds), 1, Int(fds, 1), 4);
        byte[] list = [2, 0, .. BitConverter.GetBytes((long)Int(fds)), 0, 0, .. BitConverter.GetBytes((long)Int(fds, 1)), 4, 0];
        Check(SyscallCode.Poll, [poll, 2, 100], 1, list, 100);
        Check(SyscallCode.Ppoll, [poll, 2, Longs(1, 5), Longs(0x8000), 8], 1, list, Any, 0x8000); // the kernel has written the rest of the time back
        Check(SyscallCode.Select, [0, 0, 0, 0, Longs(0, 0)], 0);
        Check(SyscallCode.EpollWait, [-1, 0, 3, 0], Any, 3);
        Check(SyscallCode.Nanosleep, [Longs(0, 1000), 0], 0, 1000);
        Check(SyscallCode.Futex, [Ints(1), 129, 1, 0], 0, Any, 129, 1);
        Close(Int(fds));
        Close(Int(fds, 1));
    }

    [Fact]
    public void Semaphores_show_operations_and_commands()
    {
        var set = Session.Call(SyscallCode.Semget, 0, 2, 0x380);
        set.Event.Has(set.Result, 0, 2, 8192);
        var id = (nint)set.Result;
        Check(SyscallCode.Semctl, [id, 1, 16, 5], 0, id, 1, 2048 * 2, 5);
        // number 1, +2, SEM_UNDO
        Check(SyscallCode.Semop, [id, Bytes(1, 0, 2, 0, 0, 0x10), 1], 0, 1, 1, 2, 2, 0, 0, 0, id);
        Check(SyscallCode.Semctl, [id, 0, 0, 0], 0, id, 0, 4, 0);
    }

    [Fact]
    public void Keys_show_strings_where_the_operation_takes_them()
    {
        Check(SyscallCode.Keyctl, [1, Text("mine")], Any, 1, Dyn(1, "mine"), Dyn(0, 0), Dyn(0, 0), Dyn(0, 0));
        Check(SyscallCode.Keyctl, [10, -3, Text("user"), Text("key"), 0], Any, 10, Dyn(0, -3), Dyn(1, "user"), Dyn(1, "key"), Dyn(0, 0));
    }

    [Fact]
    public void Modules_show_what_is_to_be_loaded()
    {
        Check(SyscallCode.FinitModule, [-1, Text("debug=1"), 1], Any, -1, "debug=1", 1);
        Check(SyscallCode.InitModule, [Text("no module"), 9, Text("a=b")], Any, "no module"u8.ToArray(), 9, "a=b");
        Check(SyscallCode.DeleteModule, [Text("nothing"), 0x800], Any, "nothing", 2);
    }

    [Fact]
    public void Quotas_show_the_schemas_command()
    {
        Check(SyscallCode.Quotactl, [unchecked((nint)0x80000700), Text("/dev/null"), 5, Longs(1, 2, 3, 4, 5, 6, 7, 8, 1)], Any, "/dev/null", Empty, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 32, 1, 5, 1);
    }

    [Fact]
    public void A_call_without_an_event_of_its_own_is_generic()
    {
        Check(SyscallCode.Seccomp, [0, 1, 0], -22, 0, 1);
        Check(SyscallCode.Uname, [Bytes(new byte[512])], (int)SyscallCode.Uname, EventSchema.Get(SyscallCode.Uname).NativeX64);
    }

    private static byte[] Dyn(byte variant, object value) =>
        value is string text ? [variant, .. System.Text.Encoding.UTF8.GetBytes(text), 0] : [variant, .. BitConverter.GetBytes(Convert.ToInt64(value))];

    private void Check(SyscallCode code, nint[] arguments, params ReadOnlySpan<object> expected) => Session.Call(code, arguments).Event.Has(expected);
}
