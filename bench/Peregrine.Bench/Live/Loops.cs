namespace Peregrine.Bench;

/// <summary>The program with loops of system calls.</summary>
internal static class Loops
{
    /// <summary>Compiles it; returns its path.</summary>
    public static string Build(BenchSetup setup, string folder)
    {
        var program = Path.Combine(folder, "loops");
        ChildUsage.Run("/usr/bin/clang", false, "-O2", "-o", program, Path.Combine(setup.Root, "bench", "workloads", "loops.c"));
        return program;
    }
}
