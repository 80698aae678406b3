using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;
using static Peregrine.UnitTests.Kernel.RecordedEvent;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of opening files.</summary>
[Collection(ProbeTests.Name)]
public sealed class OpenEventTests(ProbeFixture fixture)
{
    private const int Create = 0x40;
    private const int Cloexec = 0x80000;

    private ProbeSession Session => fixture.Session;

    [Fact]
    public void Openat_shows_name_flags_mode_device_inode_and_that_it_created_the_file()
    {
        var path = NewPath();
        var seen = Session.Call(SyscallCode.Openat, -100, Text(path), 2 | Create | Cloexec, 0x1a4);
        Close(seen.Result);
        var again = Session.Call(SyscallCode.Openat, -100, Text(path), 1 | Create, 0x1a4);
        Close(again.Result);
        var (device, inode) = Identity(path);
        File.Delete(path);
        seen.Event.Has(seen.Result, -100, path, 3 | 4 | 4096 | 16384, 0x1a4, device, inode);
        again.Event.Has(again.Result, -100, path, 2 | 4, 0x1a4, device, inode);
    }

    [Fact]
    public void A_failed_open_has_no_device_and_inode()
    {
        var path = NewPath();
        Session.Call(SyscallCode.Open, Text(path), 0).Event.Has(-2, path, 1, 0, 0, 0);
        Session.Call(SyscallCode.Openat, 77777, Text("a/b"), 0x10000).Event.Has(-9, 77777, "a/b", 1 | 1024, 0, 0, 0);
    }

    [Fact]
    public void Open_flags_become_the_schemas()
    {
        var path = NewFile("x");
        // O_WRONLY O_TRUNC O_APPEND O_NONBLOCK O_DSYNC, then O_SYNC, which contains O_DSYNC
        var seen = Session.Call(SyscallCode.Open, Text(path), 1 | 0x200 | 0x400 | 0x800 | 0x1000);
        var sync = Session.Call(SyscallCode.Open, Text(path), 0x101000);
        var temporary = Session.Call(SyscallCode.Open, Text(Path.GetTempPath()), 0x410000 | 2, 0x180);
        var directory = Session.Call(SyscallCode.Open, Text(Path.GetTempPath()), 0x10000 | Cloexec);
        foreach (var fd in new[] { seen.Result, sync.Result, temporary.Result, directory.Result }) Close(fd);
        File.Delete(path);
        seen.Event.Has(seen.Result, path, 2 | 256 | 8 | 64 | 16, 0, Any, Any);
        sync.Event.Has(sync.Result, path, 1 | 128 | 16, 0, Any, Any);
        Assert.Equal(3ul | 1024 | 8192, temporary.Event.Uint("flags") & ~16384ul);
        Assert.Equal(0x180ul, temporary.Event.Uint("mode"));
        directory.Event.Has(directory.Result, Path.GetTempPath(), 1 | 1024 | 4096, 0, Any, Any);
    }

    [Fact]
    public void Openat2_shows_how()
    {
        var path = NewFile();
        // flags, mode, resolve: no symlinks, no magic links
        var seen = Session.Call(SyscallCode.Openat2, -100, Text(path), Longs(1, 0, 0x02 | 0x04), 24);
        Close(seen.Result);
        File.Delete(path);
        seen.Event.Has(seen.Result, -100, path, 2, 0, 4 | 8, Any, Any);
    }

    [Fact]
    public void Creat_shows_mode_and_identity()
    {
        var path = NewPath();
        var seen = Session.Call(SyscallCode.Creat, Text(path), 0x1c0);
        Close(seen.Result);
        var (device, inode) = Identity(path);
        File.Delete(path);
        seen.Event.Has(seen.Result, path, 0x1c0, device, inode, 0);
    }

    [Fact]
    public void Names_of_255_bytes_and_names_that_are_no_utf8_come_whole()
    {
        var name = Enumerable.Range(0, 255).Select(i => (byte)(i % 26 + 'a')).ToArray();
        Session.Call(SyscallCode.Open, Bytes([(byte)'/', .. name]), 0).Event.Has(-2, (byte[])[(byte)'/', .. name, 0], 1, 0, 0, 0);
        byte[] broken = [(byte)'/', 0xff, 0xc3, 0x28, (byte)'\n', 0x80];
        Session.Call(SyscallCode.Open, Bytes(broken), 0).Event.Has(-2, (byte[])[.. broken, 0], 1, 0, 0, 0);
    }

    [Fact]
    public void A_path_of_the_greatest_length_comes_whole()
    {
        var path = string.Concat(Enumerable.Repeat("/" + new string('d', 254), 17))[..4095];
        Session.Call(SyscallCode.Open, Text(path), 0).Event.Has(Any, path, 1, 0, 0, 0);
    }

    [Fact]
    public void An_unreadable_name_is_empty()
    {
        Session.Call(SyscallCode.Open, 0, 0).Event.Has(-14, Empty, 1, 0, 0, 0);
        Session.Call(SyscallCode.Open, unchecked((nint)0x7000_0000_0000), 0).Event.Has(-14, Empty, 1, 0, 0, 0);
    }

    [Fact]
    public void Open_by_handle_at_shows_the_path_that_the_kernel_found()
    {
        var path = NewFile();
        var folder = Open(Path.GetTempPath(), 0x10000);
        // struct file_handle: bytes, type, then up to 128 bytes
        var handle = Bytes(new byte[136]);
        unsafe
        {
            *(int*)handle = 128;
        }
        Assert.Equal(0, Invoke(SyscallCode.NameToHandleAt, -100, Text(path), handle, Ints(0), 0));
        var seen = Session.Call(SyscallCode.OpenByHandleAt, (nint)folder, handle, 0);
        Close(seen.Result);
        Close(folder);
        var (device, inode) = Identity(path);
        File.Delete(path);
        Assert.True(seen.Result >= 0);
        // Without a connected alias the kernel may know the file by its own name only.
        Assert.EndsWith(Path.GetFileName(path), seen.Event.Text("path"), StringComparison.Ordinal);
        seen.Event.Has(seen.Result, folder, 1, Any, device, inode);
    }
}
