using System.Globalization;
using Peregrine.Kernel;
using Xunit;

namespace Peregrine.UnitTests.Kernel;

/// <summary>The verifier's work stays far from its limit, and where it was on the same kernel before: a jump shows a change that other kernels may refuse.</summary>
public sealed class VerifierTests
{
    /// <summary>Half of what the kernel allows.</summary>
    private const int Most = 500_000;

    [Fact]
    public void Programs_cost_the_verifier_what_was_recorded()
    {
        using var session = ProbeSession.Start([]);
        var programs = session.Probe.Verified;
        Assert.SkipWhen(programs.All(p => p.Walked == 0), "this kernel does not tell what its verifier did");
        Assert.All(programs, p => Assert.InRange(p.Walked, 1, Most));
        var kernel = Environment.OSVersion.Version;
        var file = Path.Combine(Repository.Root, "bench", "results", $"kernel-{kernel.Major}.{kernel.Minor}", "verifier.txt");
        Assert.SkipUnless(File.Exists(file), $"nothing was recorded on a kernel {kernel.Major}.{kernel.Minor}: ./dev bench verifier does");
        var recorded = File.ReadLines(file).Where(l => !l.StartsWith('#')).Select(l => l.Split(' ')).ToDictionary(w => w[0], w => int.Parse(w[1], CultureInfo.InvariantCulture));
        Assert.Equal(recorded.Keys.Order(StringComparer.Ordinal), programs.Select(p => p.Name).Order(StringComparer.Ordinal));
        // Another patch level of compiler or kernel shifts the figures a little.
        var jumps = programs.Where(p => p.Walked > recorded[p.Name] * 1.25 + 250).Select(p => $"{p.Name}: {recorded[p.Name]} were recorded, {p.Walked} are walked");
        Assert.Empty(jumps);
    }
}
