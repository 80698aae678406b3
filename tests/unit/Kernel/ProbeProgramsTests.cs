using Peregrine.Kernel;
using Peregrine.Kernel.Rings;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The probe's programs are divided among threads that load them.</summary>
public sealed class ProbeProgramsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Each_program_is_in_one_share(int shares)
    {
        ProgramSize[] programs = [.. Enumerable.Range(0, 20).Select(static i => new ProgramSize($"program{i}", 100 + i * 7))];
        var divided = ProbePrograms.Divide(programs, shares);
        Assert.Equal(shares, divided.Count);
        Assert.Equal(programs.Select(static p => p.Name).Order(StringComparer.Ordinal), divided.SelectMany(static s => s).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shares_have_about_the_same_work_and_part_what_is_alike()
    {
        var divided = ProbePrograms.Divide([new("large", 1000), new("twin", 500), new("other_twin", 500), new("small", 10), new("smaller", 9)], 2);
        Assert.Equal(["large", "small"], divided[0].Order(StringComparer.Ordinal));
        var again = ProbePrograms.Divide([new("twin", 500), new("other_twin", 500), new("small", 10)], 2);
        Assert.NotEqual(again[0].Contains("twin"), again[0].Contains("other_twin"));
    }

    [Theory]
    [InlineData(ProbeObject.Plain, 1)]
    [InlineData(ProbeObject.Plain, 3)]
    [InlineData(ProbeObject.WithKernelLoops, 1)]
    [InlineData(ProbeObject.WithKernelLoops, 3)]
    public void The_probe_is_whole_in_both_forms_however_many_load_it(string form, int processors)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading programs takes root");
        Assert.SkipUnless(form == ProbeObject.Plain || ProbeObject.KernelMayLoop(Environment.OSVersion.Version), "this kernel runs no loops");
        using var pattern = Ring.Create(0, 4096);
        using var parts = ProbeParts.Read(form == ProbeObject.WithKernelLoops);
        using var probe = new ProbePrograms(parts, processors);
        probe.Load(pattern.Fd);
        using var whole = new BpfObject(ProbeObject.Read(form), null);
        Assert.Equal(whole.Programs.Select(static p => p.Name).Order(StringComparer.Ordinal), probe.Names.Order(StringComparer.Ordinal));
        Assert.All(probe.Names, name => Assert.True(probe.Fd(name) >= 0, name));
        Assert.Equal(-1, probe.Fd("no_such_program"));
    }
}
