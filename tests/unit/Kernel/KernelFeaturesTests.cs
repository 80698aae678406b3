using Peregrine.Events;
using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>What is checked before the probe is loaded, and how the kernel's notations are read.</summary>
public sealed class KernelFeaturesTests
{
    [Theory]
    [InlineData("000001ffffffffff", "")]
    [InlineData("0000000000200000", "")]
    [InlineData("000000c000000000", "")]
    [InlineData("0000000000000000", "CAP_BPF and CAP_PERFMON")]
    [InlineData("0000008000000000", "needs CAP_PERFMON:")]
    [InlineData("0000004000000000", "needs CAP_BPF:")]
    public void A_missing_capability_is_named(string effective, string missing)
    {
        var status = $"Name:\tx\nCapPrm:\t0000000000000000\nCapEff:\t{effective}\nCapBnd:\t0000000000000000\n";
        if (missing.Length == 0)
            KernelFeatures.CheckCapabilities(status);
        else
            Assert.Contains(missing, Assert.Throws<KernelException>(() => KernelFeatures.CheckCapabilities(status)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0\n", 1)]
    [InlineData("0-3\n", 4)]
    [InlineData("0,2-3,8\n", 9)]
    public void Cpu_lists_are_read(string text, int count) => Assert.Equal(count, CpuList.Count(text));

    [Fact]
    public void Every_syscall_with_an_event_has_a_program()
    {
        using var probe = new BpfObject(ProbeObject.Read(ProbeObject.Plain), null);
        var programs = probe.Programs.Select(static p => p.Name).ToHashSet();
        Assert.All(EventSchema.SyscallTableX64.ToArray(), slot => Assert.Contains(ProbeLoader.ProgramName(slot), programs));
    }

    [Fact]
    public void A_ring_size_that_is_no_power_of_two_is_refused() =>
        Assert.Throws<ArgumentException>(() => KernelProbe.Load(new() { RingBytes = 5_000_000 }));
}
