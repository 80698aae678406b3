using Microsoft.Win32.SafeHandles;
using Peregrine.Events;
using Peregrine.Kernel;
using Peregrine.Kernel.Loading;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>What a process that loads the probe says to the one that waits for it.</summary>
public sealed class ProbeLoadingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(600)]
    public void DescriptorsArriveInOrderWithTheirText(int count)
    {
        var (here, there) = DescriptorSocket.Pair();
        using var _ = here;
        using var __ = there;
        var files = Enumerable.Range(0, count).Select(static i => Path.Combine(Path.GetTempPath(), $"peregrine-descriptor-{Environment.ProcessId}-{i}")).ToList();
        var handles = files.ConvertAll(static f => File.OpenHandle(f, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.DeleteOnClose));
        var received = new List<int>();
        var text = new string('x', 40_000) + "é";
        Assert.True(there.Send(text, handles.ConvertAll(static h => (int)h.DangerousGetHandle())));
        Assert.Equal(text, here.Receive(received));
        Assert.Equal(files, received.ConvertAll(static fd => File.ResolveLinkTarget($"/proc/self/fd/{fd}", returnFinalTarget: false)!.FullName));
        foreach (var fd in received) new SafeFileHandle(fd, ownsHandle: true).Dispose();
        foreach (var handle in handles) handle.Dispose();
    }

    [Fact]
    public void AnEndThatIsGoneIsNoticedOnTheOther()
    {
        var (here, there) = DescriptorSocket.Pair();
        there.Dispose();
        Assert.False(here.Send("question"));
        Assert.Null(here.Receive([]));
        here.Dispose();
    }

    [Fact]
    public void TheReasonWhyTheProbeCouldNotBeLoadedIsHandedOn()
    {
        var (here, there) = DescriptorSocket.Pair();
        Assert.True(there.Send("!this kernel has no BTF!line 1\nline 2: R1!=scalar"));
        there.Dispose();
        var error = Assert.Throws<KernelException>(() => KernelProbe.TakeOver($"{here.Fd};{int.MaxValue}", new KernelProbeOptions()));
        Assert.Equal("this kernel has no BTF", error.Message);
        Assert.Equal("line 1\nline 2: R1!=scalar", error.Detail);
    }

    [Fact]
    public void AProcessThatEndsBeforeItHasLoadedTheProbeIsTold()
    {
        var (here, there) = DescriptorSocket.Pair();
        there.Dispose();
        Assert.Contains("has ended without it", Assert.Throws<KernelException>(() => KernelProbe.TakeOver($"{here.Fd};{int.MaxValue}", new KernelProbeOptions())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x;1")]
    [InlineData("1")]
    [InlineData("-3;1")]
    public void ATextOfSomethingElseIsRefused(string text) =>
        Assert.Contains("do not set PEREGRINE_PROBE", Assert.Throws<KernelException>(() => KernelProbe.TakeOver(text, new KernelProbeOptions())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1;2;3;4;5")]
    [InlineData("1;0,1,2;sys_exit=7;;0=1=4096")]
    public void AnAnswerOfAnotherVersionIsRefused(string answer)
    {
        var (here, there) = DescriptorSocket.Pair();
        Assert.True(there.Send(answer));
        there.Dispose();
        Assert.Contains("cannot be taken over", Assert.Throws<KernelException>(() => KernelProbe.TakeOver($"{here.Fd};{int.MaxValue}", new KernelProbeOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProbeThatWasLoadedElsewhereIsReadHere()
    {
        Assert.SkipUnless(ProbeSession.Missing().Length == 0, ProbeSession.Missing());
        var (here, there) = DescriptorSocket.Pair();
        var options = new KernelProbeOptions { OwnThreadGroup = 0, RingBytes = 1024 * 1024 };
        using (there)
        using (var loaded = KernelProbe.LoadUnread(options, null))
        {
            loaded.Attach();
            var (text, descriptors) = loaded.HandOver();
            Assert.True(there.Send(text, descriptors));
        }
        using var probe = KernelProbe.TakeOver($"{here.Fd};{int.MaxValue}", options);
        probe.SetSyscalls([SyscallCode.Getrlimit]);
        var events = new Counter();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                NativeCalls.Invoke(SyscallCode.Getrlimit, [0, 0]);
                return probe.Drain(events) > 0;
            },
            TimeSpan.FromSeconds(20)));
        Assert.True(events.Count > 0);
    }

    private sealed class Counter : IEventSink
    {
        public int Count { get; private set; }

        public void OnEvent(ushort cpu, in EventView e) => Count++;
    }
}
