using Peregrine.Kernel.Proc;
using Peregrine.Kernel.Proc.Facts;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Proc;

public sealed class HostFactsTests
{
    [Fact]
    public void ThisMachineHasItsFacts()
    {
        var facts = HostFacts.Read();
        Assert.Equal(Environment.MachineName, facts.Hostname.Split('.')[0]);
        Assert.NotEmpty(facts.KernelRelease);
        Assert.True(facts is { PossibleCpus: > 0, OnlineCpus: > 0, MemoryBytes: > 1 << 20, MaxPid: > 0 });
        Assert.Contains(facts.Interfaces, i => i is { Name: "lo", IsIpv6: false, Address: [127, 0, 0, 1], Netmask: [255, 0, 0, 0] });
    }

    [Fact]
    public void AMachineWithNothingToReadHasEmptyFacts()
    {
        using var machine = new FakeProc();
        var facts = HostFacts.Read(machine.Root);
        Assert.Equal(("", "", 0ul), (facts.Hostname, facts.KernelRelease, facts.MemoryBytes));
        Assert.True(facts.PossibleCpus > 0);
    }

    [Fact]
    public void TheClockLeadsFromBootToNow()
    {
        var clock = HostClock.Read();
        var sinceBoot = ulong.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0].Replace(".", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) * 10_000_000;
        var now = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).TotalNanoseconds;
        Assert.InRange((long)(clock.BootEpoch + sinceBoot) - (long)now, -1_000_000_000, 1_000_000_000);
        Assert.Equal(clock.BootEpoch + 10_000_000, clock.FromTicks(1));
    }
}
