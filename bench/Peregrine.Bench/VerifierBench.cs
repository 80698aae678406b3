using System.Globalization;
using System.Text;
using Peregrine.Kernel;

namespace Peregrine.Bench;

/// <summary>What the kernel's verifier had to do with each program of the probe: a program that grows beyond its limit is one that some kernel refuses. A test compares a loaded probe with these figures.</summary>
internal static class VerifierBench
{
    public static BenchResult Run(BenchSetup setup)
    {
        using var probe = KernelProbe.Load(new KernelProbeOptions());
        var programs = probe.Verified.OrderByDescending(p => p.Walked).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        if (programs.All(p => p.Walked == 0)) throw new BenchException("this kernel does not tell what its verifier did (5.16 and newer do)");
        var text = new StringBuilder();
        foreach (var program in programs) text.Append(CultureInfo.InvariantCulture, $"{program.Name} {program.Walked} {program.Instructions}\n");
        var largest = programs[0];
        var summary = string.Create(CultureInfo.InvariantCulture,
            $"verifier: {programs.Count} programs, {programs.Sum(p => (long)p.Walked)} instructions walked in all, most of them by {largest.Name} ({largest.Walked} of the 1,000,000 that are allowed)\nname, instructions walked on all paths, instructions of the program");
        return new BenchResult(summary, text.ToString()) { Folder = KernelFolder(Environment.OSVersion.Version) };
    }

    /// <summary>Verifiers differ between kernels, not between CPUs.</summary>
    private static string KernelFolder(Version kernel) => $"kernel-{kernel.Major}.{kernel.Minor}";
}
