using Peregrine.Events;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's open and close events.</summary>
public sealed class OpenEventTests
{
    private static readonly SyscallCode[] Calls = [SyscallCode.Open, SyscallCode.Openat, SyscallCode.Openat2, SyscallCode.Creat, SyscallCode.Close];

    [Fact]
    public void An_opened_file_shows_name_flags_mode_device_and_inode()
    {
        using var session = ProbeSession.Start(Calls);
        var path = Path.Combine(Path.GetTempPath(), "pg-open-" + Guid.NewGuid().ToString("n"));
        long fd = -1;
        var e = session.One(EventType.SyscallOpenat_2X, () => fd = NativeCalls.Invoke(SyscallCode.Openat, -100, NativeCalls.Text(path), 0x80042, 0x1a4));
        Assert.True(fd >= 0);
        NativeCalls.Invoke(SyscallCode.Close, (nint)fd);
        File.Delete(path);
        Assert.Equal(fd, e.Int("fd"));
        Assert.Equal(-100, e.Int("dirfd"));
        Assert.Equal(path, e.Text("name"));
        Assert.Equal(3ul | 4 | 4096 | 16384, e.Uint("flags"));
        Assert.Equal(0x1a4ul, e.Uint("mode"));
        Assert.NotEqual(0ul, e.Uint("ino"));
        Assert.NotEqual(0ul, e.Uint("dev"));
    }
}
