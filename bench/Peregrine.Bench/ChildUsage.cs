using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Peregrine.Bench;

/// <summary>Runs programs and says what they used, by getrusage of the children that have ended.</summary>
internal static partial class ChildUsage
{
    private const int Children = -1;

    /// <summary>What one program used.</summary>
    /// <param name="CpuSeconds">User and system time.</param>
    /// <param name="WallSeconds">From its start to its end.</param>
    /// <param name="Output">What it wrote to standard output, when that was asked for.</param>
    internal sealed record Usage(double CpuSeconds, double WallSeconds, string Output);

    public static Usage Run(string program, bool keepOutput, params string[] args)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        var before = CpuOfChildren();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = "";
        if (keepOutput) output = process.StandardOutput.ReadToEnd();
        else process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new BenchException($"{program} failed: {errors.Result.Trim()}");
        return new Usage(CpuOfChildren() - before, watch.Elapsed.TotalSeconds, output);
    }

    private static double CpuOfChildren()
    {
        Span<long> usage = stackalloc long[18];
        if (GetUsage(Children, ref MemoryMarshal.GetReference(usage)) != 0) throw new BenchException("getrusage failed");
        return usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6;
    }

    /// <summary>Fills a <c>struct rusage</c>: user seconds, user µs, system seconds, system µs, then 14 longs.</summary>
    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}
