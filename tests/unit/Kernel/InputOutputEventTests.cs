using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;
using static Peregrine.UnitTests.Kernel.RecordedEvent;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of reading and writing.</summary>
[Collection(ProbeTests.Name)]
public sealed class InputOutputEventTests(ProbeFixture fixture)
{
    private ProbeSession Session => fixture.Session;

    [Fact]
    public void Data_is_cut_at_the_snap_length()
    {
        var content = string.Concat(Enumerable.Range(0, 40).Select(i => $"line {i}\n"));
        var path = NewFile(content);
        var fd = Open(path, 2);
        var head = System.Text.Encoding.UTF8.GetBytes(content)[..80];
        var buffer = Bytes(new byte[4096]);
        Check(SyscallCode.Read, [(nint)fd, buffer, 4096], content.Length, head, fd, 4096);
        Check(SyscallCode.Pread64, [(nint)fd, buffer, 10, 0], 10, head[..10], fd, 10, 0);
        Check(SyscallCode.Pwrite64, [(nint)fd, buffer, 100, 5], 100, head, fd, 100, 5);
        Check(SyscallCode.Write, [(nint)fd, buffer, 3], 3, head[..3], fd, 3);
        Check(SyscallCode.Lseek, [(nint)fd, 0, 2], content.Length + 3, fd, 0, 2);
        Check(SyscallCode.Read, [(nint)fd, buffer, 10], 0, Empty, fd, 10);
        Close(fd);
        File.Delete(path);
    }

    [Fact]
    public void Data_that_nobody_looks_at_is_left_out_and_all_else_is_there()
    {
        var path = NewFile("0123456789");
        var fd = Open(path, 2);
        var buffer = Bytes(new byte[4096]);
        var vector = Longs(Text("ab"), 2, Text("cdef"), 4);
        Session.WithData = new HashSet<SyscallCode> { SyscallCode.Pread64 };
        try
        {
            Check(SyscallCode.Read, [(nint)fd, buffer, 4096], 10, Empty, fd, 4096);
            Check(SyscallCode.Pread64, [(nint)fd, buffer, 4, 2], 4, "2345"u8.ToArray(), fd, 4, 2);
            Check(SyscallCode.Writev, [(nint)fd, vector, 2], 6, Empty, fd, 6);
            Check(SyscallCode.Readv, [(nint)fd, vector, 2], 0, 0, Empty, fd);
        }
        finally
        {
            Session.WithData = null;
        }
        Check(SyscallCode.Writev, [(nint)fd, vector, 2], 6, "abcdef"u8.ToArray(), fd, 6);
        Close(fd);
        File.Delete(path);
    }

    [Fact]
    public void A_failed_read_has_no_data_and_a_failed_write_has_what_was_to_be_written()
    {
        Check(SyscallCode.Read, [-1, Bytes(new byte[8]), 8], -9, Empty, -1, 8);
        Check(SyscallCode.Write, [-1, Text("hello"), 5], -9, "hello"u8.ToArray(), -1, 5);
        Check(SyscallCode.Write, [-1, 0, 5], -9, Empty, -1, 5);
    }

    [Fact]
    public void Scattered_buffers_are_put_together()
    {
        var path = NewFile("0123456789");
        var fd = Open(path, 2);
        var vector = Longs(Bytes(new byte[8]), 4, Bytes(new byte[8]), 3);
        Check(SyscallCode.Readv, [(nint)fd, vector, 2], 7, 7, "0123456"u8.ToArray(), fd);
        Check(SyscallCode.Preadv, [(nint)fd, vector, 2, 5, 0], 5, 5, "56789"u8.ToArray(), fd, 5);
        vector = Longs(Text("ab"), 2, Text("cdef"), 4);
        Check(SyscallCode.Writev, [(nint)fd, vector, 2], 6, "abcdef"u8.ToArray(), fd, 6);
        Check(SyscallCode.Pwritev, [(nint)fd, vector, 2, 1, 0], 6, "abcdef"u8.ToArray(), fd, 6, 1);
        Check(SyscallCode.Readv, [-1, vector, 2], -9, 0, Empty, -1);
        Close(fd);
        File.Delete(path);
        var target = Text("memory");
        Check(SyscallCode.ProcessVmReadv, [Environment.ProcessId, Longs(Bytes(new byte[8]), 6), 1, Longs(target, 6), 1, 0], 6, Environment.ProcessId, "memory"u8.ToArray());
        Check(SyscallCode.ProcessVmWritev, [Environment.ProcessId, Longs(Text("MEM"), 3), 1, Longs(target, 3), 1, 0], 3, Environment.ProcessId, "MEM"u8.ToArray());
    }

    [Fact]
    public void Copies_between_descriptors_show_both_and_the_offsets_after_it()
    {
        var from = NewFile("0123456789");
        var to = NewFile();
        var source = Open(from);
        var target = Open(to, 2);
        Check(SyscallCode.Sendfile, [(nint)target, (nint)source, Longs(2), 4], 4, 6, target, source, 4);
        Check(SyscallCode.CopyFileRange, [(nint)source, Longs(1), (nint)target, 0, 3, 0], 3, target, 0, source, 4, 3);
        Check(SyscallCode.Splice, [(nint)source, 0, (nint)target, 0, 9, 5], -22, source, target, 9, 5);
        Close(source);
        Close(target);
        File.Delete(from);
        File.Delete(to);
    }

    [Fact]
    public void Other_calls_on_descriptors_show_their_arguments()
    {
        var fd = Open("/", 0x10000);
        Check(SyscallCode.Ioctl, [(nint)fd, 0x5401, 0x1234], -25, fd, 0x5401, 0x1234);
        Check(SyscallCode.Flock, [(nint)fd, 1 | 4], 0, fd, 1 | 4);
        var buffer = Bytes(new byte[32768]);
        var seen = Session.Call(SyscallCode.Getdents64, (nint)fd, buffer, 32768);
        seen.Event.Has(seen.Result, fd);
        Check(SyscallCode.Getdents, [-1, buffer, 10], -9, -1);
        Close(fd);
    }

    private void Check(SyscallCode code, nint[] arguments, params ReadOnlySpan<object> expected) => Session.Call(code, arguments).Event.Has(expected);
}
