using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Peregrine.Bench;

/// <summary>Runs programs and says what they used, by getrusage of the children that have ended.</summary>
internal static partial class ChildUsage
{
    private const int Children = -1;

    /// <summary>Milliseconds.</summary>
    private const int LookEvery = 5;

    /// <summary>What one program used.</summary>
    /// <param name="CpuSeconds">User and system time.</param>
    /// <param name="WallSeconds">From its start to its end.</param>
    /// <param name="Output">What it wrote to standard output, when that was asked for.</param>
    /// <param name="PeakBytes">The most memory that it had resident, as far as looking every few milliseconds shows.</param>
    internal sealed record Usage(double CpuSeconds, double WallSeconds, string Output, long PeakBytes);

    public static Usage Run(string program, bool keepOutput, params string[] args)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        var before = CpuOfChildren();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var peak = 0L;
        using var look = new Timer(_ => peak = Math.Max(peak, PeakOf(process.Id)), null, LookEvery, LookEvery);
        var output = "";
        if (keepOutput) output = process.StandardOutput.ReadToEnd();
        else process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new BenchException($"{program} failed: {errors.Result.Trim()}");
        return new Usage(CpuOfChildren() - before, watch.Elapsed.TotalSeconds, output, peak);
    }

    private static long PeakOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6, line.Length - 9).Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // It has ended.
            return 0;
        }
    }

    internal static double CpuOfChildren()
    {
        Span<long> usage = stackalloc long[18];
        if (GetUsage(Children, ref MemoryMarshal.GetReference(usage)) != 0) throw new BenchException("getrusage failed");
        return usage[0] + usage[2] + (usage[1] + usage[3]) / 1e6;
    }

    /// <summary>Fills a <c>struct rusage</c>: user seconds, user µs, system seconds, system µs, then 14 longs.</summary>
    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}
