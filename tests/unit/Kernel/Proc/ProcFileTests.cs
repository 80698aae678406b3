using System.Text;
using Peregrine.Kernel.Proc.Descriptors;
using Peregrine.Kernel.Proc.Files;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

/// <summary>The files of procfs are read as the kernel writes them, whatever a process puts into its name.</summary>
public sealed class ProcFileTests
{
    [Theory]
    [InlineData("1 (a) b) (c) S 2 3 4 5 6 7", "a) b) (c")]
    [InlineData("1 () S 2 3 4 5 6 7", "")]
    [InlineData("1 (x\ny 1) Z 2 3 4 5 6 7", "x\ny 1")]
    [InlineData("9 (kworker/u8:3-events_unbound) I 2 0 0 0 -1 69238880", "kworker/u8:3-ev")]
    public void ACommEndsAtTheLastParenthesisAndHasFifteenBytes(string text, string comm)
    {
        Assert.True(StatFile.TryParse(Encoding.UTF8.GetBytes(text), out var stat));
        Assert.Equal(comm, Encoding.UTF8.GetString(stat.Comm));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12 (abc")]
    [InlineData("12 )abc(")]
    [InlineData("12 (abc) \n")]
    public void AStatFileCutShortIsRefused(string text) => Assert.False(StatFile.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void StatGivesIdsTerminalFaultsAndStart()
    {
        Assert.True(StatFile.TryParse("7 (x) S 2 3 4 34816 -1 4194560 100 9 200 9 1 2 3 4 20 0 1 0 98765 1 2"u8, out var stat));
        Assert.Equal((2, 3, 4, 34816u, 100ul, 200ul, 98765ul, false), (stat.ParentPid, stat.Pgid, stat.SessionId, stat.Tty, stat.PageFaultsMinor, stat.PageFaultsMajor, stat.StartTicks, stat.IsKernelThread));
    }

    [Fact]
    public void StatusGivesEffectiveIdsInnermostNumbersAndCapabilities()
    {
        var text = "Name:\tTgid:\nTgid:\t5\nPPid:\t4\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nNStgid:\t5\t50\t1\nNSpid:\t6\t60\t2\nNSpgid:\t5\t50\t1\nVmSize:\t  300 kB\nVmRSS:\t 20 kB\nThreads:\t3\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t00000000a80425fb\n"u8;
        Assert.True(StatusFile.TryParse(text, out var status));
        Assert.Equal((5, 4, 2u, 6u, 4u, 8u), (status.Tgid, status.ParentPid, status.Uid, status.Gid, status.FsUid, status.FsGid));
        Assert.Equal((2, 1, 1, 2), (status.VirtualTid, status.VirtualPid, status.VirtualPgid, status.PidNamespaceDepth));
        Assert.Equal((300u, 20u, 3, 0x1ffffffffffu, 0xa80425fbu), (status.VmSizeKb, status.VmRssKb, status.Threads, status.CapPermitted, status.CapEffective));
    }

    [Fact]
    public void AStatusOfAnOldKernelHasNoVirtualIds()
    {
        Assert.True(StatusFile.TryParse("Tgid:\t5\n"u8, out var status));
        Assert.Equal((-1, -1, -1), (status.VirtualTid, status.VirtualPid, status.VirtualPgid));
    }

    [Theory]
    [InlineData("a\0b\0c\0", "a", "b\0c")]
    [InlineData("a\0\0", "a", "")]
    [InlineData("a\0b\0\0", "a", "b\0")]
    [InlineData("nginx: master\0\0\0\0\0\0\0\0\0\0\0\0", "nginx: master", "")]
    [InlineData("title without end", "title without end", "")]
    [InlineData("", "", "")]
    public void ACommandLineIsSplitBehindItsFirstText(string text, string exe, string arguments)
    {
        CommandLine.Split(Encoding.UTF8.GetBytes(text), out var first, out var rest);
        Assert.Equal(exe, Encoding.UTF8.GetString(first));
        Assert.Equal(arguments, Encoding.UTF8.GetString(rest));
    }

    [Theory]
    [InlineData("hugetlb\n", "3:name=systemd:/s\n2:memory:/m/x\n1:cpu,cpuacct:/c\n0::/u:v\n", "cpu=/c|cpuacct=/c|memory=/m/x|name=systemd=/s|hugetlb=/u:v|unified=/u:v")]
    [InlineData("cpuset cpu io memory pids", "0::/k8s/pod\n", "cpuset=/k8s/pod|cpu=/k8s/pod|io=/k8s/pod|memory=/k8s/pod|pids=/k8s/pod")]
    [InlineData("", "0::/../../libpod-1", "unified=/libpod-1")]
    [InlineData("", "nonsense\n4:blkio", "")]
    [InlineData("", "2:blkio:/a\n1:devices:/b\n0::/\n", "io=/a|devices=/b")]
    public void ControlGroupsAreListedByController(string controllers, string text, string expected)
    {
        var output = new byte[256];
        var length = new CgroupFile(Encoding.UTF8.GetBytes(controllers)).Convert(Encoding.UTF8.GetBytes(text), output);
        Assert.Equal(expected, Encoding.UTF8.GetString(output, 0, length).Replace('\0', '|'));
    }

    [Fact]
    public void ControlGroupsThatDoNotFitAreLeftOut()
    {
        var output = new byte[12];
        var length = new CgroupFile("pids"u8).Convert("1:cpu:/a\n2:memory:/bcdefgh\n"u8, output);
        Assert.Equal("cpu=/a", Encoding.UTF8.GetString(output, 0, length));
    }

    [Theory]
    [InlineData("Limit  Soft\nMax open files            1024                 4096                 files\n", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files\n", -1)]
    [InlineData("Max core", 0)]
    public void TheSoftLimitOfOpenFilesIsRead(string text, long limit) => Assert.Equal(limit, LimitsFile.OpenFiles(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void FdInfoGivesOctalFlagsAndMount()
    {
        Assert.Equal(new FdInfoFile(42, 0x88002, 25), FdInfoFile.Parse("pos:\t42\nflags:\t02100002\nmnt_id:\t25\ntfd: 3\n"u8));
        Assert.Equal(new FdInfoFile(0, 0, 0), FdInfoFile.Parse(""u8));
    }

    [Theory]
    [InlineData(0x0u, 1u)]
    [InlineData(0x1u, 2u)]
    [InlineData(0x8002u, 2051u)]
    [InlineData(0x80000u | 0x10000u, 1u | 4096u | 1024u)]
    [InlineData(0x40u | 0x80u | 0x200u | 0x400u | 0x800u | 0x1u, 4u | 32u | 256u | 8u | 64u | 2u)]
    [InlineData(0x101000u, 1u | 16u | 128u)]
    [InlineData(0x4000u, 513u)]
    public void OpenFlagsBecomeThoseOfTheSchema(uint kernel, uint schema) => Assert.Equal(schema, OpenFlags.ToSchema(kernel, arm64: false));

    [Fact]
    public void MountsGiveTheDeviceAndTheOverlaysUpperFolder()
    {
        var mounts = MountInfoFile.Parse("25 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda rw\n30 25 0:300 / /merged\\040dir rw - overlay overlay rw,lowerdir=/l1:/l2,upperdir=/up\\040per/diff,workdir=/w\n31 25 0:9 / /ro ro,nosuid - tmpfs t rw\ncut 1 2"u8);
        Assert.Equal(254u << 8 | 1, mounts[25].Device);
        Assert.Equal(("/up per/diff", "/merged dir", true), (Encoding.UTF8.GetString(mounts[30].UpperDir), Encoding.UTF8.GetString(mounts[30].Point), mounts[30].IsOverlay));
        Assert.Equal((0x10002cu, false, true), (mounts[30].Device, mounts[25].IsReadOnly, mounts[31].IsReadOnly));
        Assert.Equal(3, mounts.Count);
    }

    [Theory]
    [InlineData("anon_inode:[eventpoll]", FdType.EventPoll)]
    [InlineData("anon_inode:[eventfd]", FdType.EventFd)]
    [InlineData("anon_inode:inotify", FdType.Inotify)]
    [InlineData("anon_inode:[signalfd]", FdType.SignalFd)]
    [InlineData("anon_inode:[timerfd]", FdType.TimerFd)]
    [InlineData("anon_inode:[io_uring]", FdType.IoUring)]
    [InlineData("anon_inode:[userfaultfd]", FdType.Userfaultfd)]
    [InlineData("anon_inode:[pidfd]", FdType.Pidfd)]
    [InlineData("anon_inode:bpf-map", FdType.Bpf)]
    [InlineData("anon_inode:bpf-prog", FdType.Bpf)]
    [InlineData("anon_inode:bpf_link", FdType.Unsupported)]
    [InlineData("mnt:[4026531841]", FdType.Unsupported)]
    public void AnonymousInodesAreToldByTheirName(string link, FdType type) => Assert.Equal(type, AnonymousInode.Classify(Encoding.UTF8.GetBytes(link)));
}
