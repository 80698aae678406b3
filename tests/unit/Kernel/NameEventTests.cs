using Peregrine.Events;
using Xunit;
using static Peregrine.UnitTests.Kernel.NativeCalls;
using static Peregrine.UnitTests.Kernel.RecordedEvent;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's events of names and attributes of files.</summary>
[Collection(ProbeTests.Name)]
public sealed class NameEventTests(ProbeFixture fixture)
{
    private readonly string _a = NewPath();
    private readonly string _b = NewPath();

    private ProbeSession Session => fixture.Session;

    private nint A => Text(_a);

    private nint B => Text(_b);

    [Fact]
    public void Changes_of_names_show_their_paths()
    {
        Check(SyscallCode.Rename, [A, B], _a, _b);
        Check(SyscallCode.Renameat, [-100, A, 5, B], -100, _a, 5, _b);
        Check(SyscallCode.Renameat2, [-100, A, -100, B, 1], -100, _a, -100, _b, 1);
        Check(SyscallCode.Link, [A, B], _a, _b);
        Check(SyscallCode.Linkat, [-100, A, -100, B, 0x400], -100, _a, -100, _b, 0x400);
        Check(SyscallCode.Symlink, [Text("/etc/shadow"), B], "/etc/shadow", _b);
        File.Delete(_b);
        Check(SyscallCode.Symlinkat, [Text("over there"), -100, B], "over there", -100, _b);
        Check(SyscallCode.Unlink, [B], _b);
        Check(SyscallCode.Unlinkat, [-100, A, 0x200], -100, _a, 0x200);
        Check(SyscallCode.Mkdir, [A, 0x1ed], _a, 0x1ed);
        Check(SyscallCode.Rmdir, [A], _a);
        Check(SyscallCode.Mkdirat, [-100, A, 0x1c0], -100, _a, 0x1c0);
        Check(SyscallCode.Rmdir, [A], _a);
        Check(SyscallCode.Mknod, [A, 0x1180, 0], _a, 0x1180, 0);
        File.Delete(_a);
        Check(SyscallCode.Mknodat, [-100, A, 0x2180, 0x103], -100, _a, 0x2180, 0x103);
        File.Delete(_a);
    }

    [Fact]
    public void Changes_of_attributes_show_modes_and_owners()
    {
        var path = NewFile();
        var fd = Open(path);
        Check(SyscallCode.Chmod, [Text(path), 0x9ed], path, 0x9ed);
        Check(SyscallCode.Fchmod, [(nint)fd, 0x180], fd, 0x180);
        Check(SyscallCode.Fchmodat, [-100, Text(path), 0x1a4], -100, path, 0x1a4);
        Check(SyscallCode.Chown, [Text(path), 1, 2], path, 1, 2);
        Check(SyscallCode.Lchown, [Text(path), 3, 4], path, 3, 4);
        Check(SyscallCode.Fchown, [(nint)fd, 5, 6], fd, 5, 6);
        Check(SyscallCode.Fchownat, [-100, Text(path), 7, 8, 0x100], -100, path, 7, 8, 1024);
        Check(SyscallCode.Fchownat, [(nint)fd, Text(""), -1, -1, 0x1000], fd, "", 0xffffffff, 0xffffffff, 4096);
        Close(fd);
        File.Delete(path);
    }

    [Fact]
    public void Questions_about_files_show_what_is_asked()
    {
        var buffer = Bytes(new byte[256]);
        Check(SyscallCode.Access, [A, 6], _a, 6);
        Check(SyscallCode.Stat, [Text("/"), buffer], "/");
        Check(SyscallCode.Lstat, [A, buffer], _a);
        Check(SyscallCode.Fstat, [1, buffer], 1);
        Check(SyscallCode.Newfstatat, [-100, Text("/"), buffer, 0x100], -100, "/", 0x100);
        var cwd = Session.Call(SyscallCode.Getcwd, buffer, 256);
        cwd.Event.Has(cwd.Result, Environment.CurrentDirectory);
        Session.Call(SyscallCode.Getcwd, buffer, 1).Event.Has(-34, Empty);
    }

    [Fact]
    public void Changes_of_folder_and_root_show_the_path()
    {
        var here = Environment.CurrentDirectory;
        var fd = Open(here, 0x10000);
        Check(SyscallCode.Chdir, [Text("/tmp/../tmp")], "/tmp/../tmp");
        Check(SyscallCode.Fchdir, [(nint)fd], fd);
        Check(SyscallCode.Chroot, [A], _a);
        Close(fd);
    }

    [Fact]
    public void Mounts_show_source_target_type_and_flags()
    {
        Check(SyscallCode.Mount, [Text("none"), A, Text("tmpfs"), unchecked((nint)0xC0ED0006), 0], "none", _a, "tmpfs", 6);
        Check(SyscallCode.Mount, [0, A, 0, 0x1000 | 0x4000], Empty, _a, Empty, 0x5000);
        Check(SyscallCode.Umount2, [A, 2 | 8], _a, 2 | 8);
        Check(SyscallCode.Fsconfig, [-1, 1, Text("k"), Text("v"), 0], -1, 1, "k", Empty, Empty, 0);
    }

    private void Check(SyscallCode code, nint[] arguments, params ReadOnlySpan<object> expected)
    {
        var seen = Session.Call(code, arguments);
        seen.Event.Has([seen.Result, .. expected]);
    }
}
