using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;
using static Peregrine.UnitTests.Kernel.RecordedEvent;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of closing, copying and piping descriptors, and of those that are no files.</summary>
[Collection(ProbeTests.Name)]
public sealed class DescriptorEventTests(ProbeFixture fixture)
{
    private ProbeSession Session => fixture.Session;

    [Fact]
    public void Close_shows_the_descriptor_also_when_it_fails()
    {
        var fd = Open("/dev/null");
        Session.Call(SyscallCode.Close, (nint)fd).Event.Has(0, fd);
        Session.Call(SyscallCode.Close, 88888).Event.Has(-9, 88888);
        // The upper half of the register does not belong to a descriptor.
        Session.Call(SyscallCode.Close, unchecked((nint)0x1234_ffff_ffff)).Event.Has(-9, -1);
    }

    [Fact]
    public void Close_range_shows_range_and_flags()
    {
        Session.Call(SyscallCode.CloseRange, 70000, 70001, 4).Event.Has(0, 70000, 70001, 4);
        Session.Call(SyscallCode.CloseRange, 5, 4, 0).Event.Has(-22, 5, 4, 0);
    }

    [Fact]
    public void Copies_show_both_descriptors()
    {
        var fd = Open("/dev/null");
        var dup = Session.Call(SyscallCode.Dup, (nint)fd);
        dup.Event.Has(dup.Result, fd);
        Session.Call(SyscallCode.Dup2, (nint)fd, (nint)dup.Result).Event.Has(dup.Result, fd, dup.Result);
        Session.Call(SyscallCode.Dup3, (nint)fd, (nint)dup.Result, 0x80000).Event.Has(dup.Result, fd, dup.Result, 4096);
        Session.Call(SyscallCode.Dup3, (nint)fd, (nint)fd, 0).Event.Has(-22, fd, fd, 0);
        Close(dup.Result);
        Close(fd);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    [InlineData(1030, 26)]
    [InlineData(1032, 29)]
    [InlineData(77, 0)]
    public void Fcntl_shows_the_schemas_command(int command, int expected)
    {
        var fd = Open("/dev/null");
        var seen = Session.Call(SyscallCode.Fcntl, (nint)fd, command, 100);
        seen.Event.Has(seen.Result, fd, expected, 100);
        if (command == 1030) Close(seen.Result);
        Close(fd);
    }

    [Fact]
    public void Pipes_show_both_ends_and_their_inode()
    {
        var fds = Ints(0, 0);
        var seen = Session.Call(SyscallCode.Pipe2, fds, 0x80800);
        var inode = long.Parse(File.ResolveLinkTarget($"/proc/self/fd/{Int(fds)}", false)!.Name.Split('[', ']')[1]);
        seen.Event.Has(0, Int(fds), Int(fds, 1), inode, 4096 | 64);
        Close(Int(fds));
        Close(Int(fds, 1));
        Session.Call(SyscallCode.Pipe, fds).Event.Has(0, Int(fds), Int(fds, 1), Any);
        Close(Int(fds));
        Close(Int(fds, 1));
        Session.Call(SyscallCode.Pipe, 0).Event.Has(-14, -1, -1, 0);
    }

    [Fact]
    public void Descriptors_that_are_no_files_show_what_they_are_made_with()
    {
        Check(SyscallCode.Eventfd, [7], r => [r, 7, 0]);
        Check(SyscallCode.Eventfd2, [7, 0x80800], r => [r, 4096 | 64, 7]);
        Check(SyscallCode.EpollCreate, [10], r => [r, 10]);
        Check(SyscallCode.EpollCreate1, [0x80000], r => [r, 1]);
        Check(SyscallCode.InotifyInit, [], r => [r, 0]);
        Check(SyscallCode.InotifyInit1, [0x80800], r => [r, 4096 | 64]);
        Check(SyscallCode.Signalfd, [-1, Longs(0x8200), 8], r => [r, -1, 0x8200, 0]);
        Check(SyscallCode.Signalfd4, [-1, Longs(0x8200), 8, 0x80000], r => [r, 4096, -1, 0x8200]);
        Check(SyscallCode.TimerfdCreate, [1, 0x80000], r => [r, 1, 0]);
        Check(SyscallCode.MemfdCreate, [Text("secret"), 3], r => [r, "secret", 3]);
        Check(SyscallCode.PidfdOpen, [Environment.ProcessId, 0x800], r => [r, Environment.ProcessId, 1]);
        Check(SyscallCode.Userfaultfd, [0x80800], r => [r, 4096 | 64]);
        Check(SyscallCode.Bpf, [5, Bytes(new byte[128]), 128], r => [r, 5]);
        Check(SyscallCode.PidfdGetfd, [-1, 5, 0], r => [-9, -1, 5, 0]);
    }

    [Fact]
    public void Io_uring_shows_what_the_kernel_made_of_the_parameters()
    {
        var parameters = Bytes(new byte[120]);
        unsafe
        {
            ((int*)parameters)[2] = 1 << 4;
        }
        var seen = Session.Call(SyscallCode.IoUringSetup, 8, parameters);
        seen.Event.Has(seen.Result, 8, Int(parameters), Int(parameters, 1), seen.Result < 0 ? Any : 32, 0, 0, Int(parameters, 5) & 0x7ff);
        Session.Call(SyscallCode.IoUringEnter, -1, 1, 2, 1, 0).Event.Has(-9, -1, 1, 2, 1, 0);
        Session.Call(SyscallCode.IoUringRegister, -1, 4, 0x1234, 1).Event.Has(Any, -1, 4, 0x1234, 1);
        if (seen.Result >= 0) Close(seen.Result);
    }

    private void Check(SyscallCode code, nint[] arguments, Func<long, object[]> expected)
    {
        var seen = Session.Call(code, arguments);
        seen.Event.Has(expected(seen.Result));
        if (seen.Result > 2) Close(seen.Result);
    }
}
