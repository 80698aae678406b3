using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>What is found of the kernel, and what is said about gaps.</summary>
public sealed class FeatureReportTests
{
    [Fact]
    public void A_gap_comes_with_advice_and_what_is_there_without()
    {
        var root = Directory.CreateTempSubdirectory("peregrine-features-");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "sys/fs/cgroup/unified"));
            File.WriteAllText(Path.Combine(root.FullName, "sys/fs/cgroup/unified/cgroup.controllers"), "");
            Directory.CreateDirectory(Path.Combine(root.FullName, "sys/kernel/security"));
            File.WriteAllText(Path.Combine(root.FullName, "sys/kernel/security/lockdown"), "none integrity [confidentiality]\n");
            var features = FeatureReport.Read(root.FullName).ToDictionary(f => f.Name);
            Assert.Equal("missing", features["type information (BTF)"].State);
            Assert.Contains("CONFIG_DEBUG_INFO_BTF", features["type information (BTF)"].Advice, StringComparison.Ordinal);
            Assert.Equal("confidentiality", features["lockdown"].State);
            Assert.NotEmpty(features["lockdown"].Advice);
            Assert.StartsWith("hybrid", features["control groups"].State, StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("none [integrity] confidentiality", "integrity")]
    [InlineData("", "")]
    public void The_chosen_word_is_in_brackets(string text, string expected) => Assert.Equal(expected, FeatureReport.Bracketed(text));

    [Fact]
    public void Effective_capabilities_are_read_from_the_status() => Assert.Equal(0x1ul << 39, FeatureReport.Effective("Name:\tx\nCapEff:\t0000008000000000\nCapBnd:\t0\n"));
}
