using Peregrine.Kernel.Privileges;
using Xunit;

namespace Peregrine.UnitTests.Kernel.Privileges;

/// <summary>How capabilities are named and read.</summary>
public sealed class CapabilitySetTests
{
    [Theory]
    [InlineData("CAP_SYS_PTRACE", Capability.SysPtrace)]
    [InlineData("cap_dac_read_search", Capability.DacReadSearch)]
    [InlineData("NET_BIND_SERVICE", Capability.NetBindService)]
    [InlineData("bpf", Capability.Bpf)]
    public void A_capability_is_found_by_its_name(string name, Capability expected) => Assert.Equal(expected, CapabilitySet.ByName(name));

    [Fact]
    public void What_is_none_is_not_found() => Assert.Null(CapabilitySet.ByName("CAP_FLY"));

    [Fact]
    public void A_set_is_read_from_its_own_line() =>
        Assert.Equal(CapabilitySet.Of(Capability.SysPtrace, Capability.Bpf), CapabilitySet.Parse("CapInh:\t0000000000000001\nCapEff:\t0000008000080000\nCapBnd:\t0\n", "CapEff"));

    [Fact]
    public void A_set_names_its_members() =>
        Assert.Equal("CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_63", new CapabilitySet(1ul << 63 | 1ul << 19 | 1ul << 2).ToString());

    [Fact]
    public void What_was_split_from_the_administrators_capability_comes_with_it()
    {
        var admin = CapabilitySet.Of(Capability.SysAdmin);
        Assert.True(admin.Grants(Capability.Bpf) && admin.Grants(Capability.Perfmon));
        Assert.False(admin.Grants(Capability.SysPtrace));
    }
}
