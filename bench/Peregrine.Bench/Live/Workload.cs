using System.Diagnostics;

namespace Peregrine.Bench;

/// <summary>What a workload took.</summary>
/// <param name="CpuSeconds">User and system time of its processes.</param>
/// <param name="WallSeconds">From its start to its end.</param>
/// <param name="Units">How much work was done.</param>
internal sealed record WorkResult(double CpuSeconds, double WallSeconds, double Units)
{
    public double NanosecondsPerUnit => CpuSeconds * 1e9 / Units;
}

/// <summary>Some work for the machine: the same command once, or several times side by side.</summary>
/// <param name="Name">Short, for the results.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Run">Does it.</param>
internal sealed record Workload(string Name, string Unit, Func<WorkResult> Run)
{
    /// <summary>Programs that end by themselves, started together.</summary>
    public static Workload Of(string name, string unit, double units, params string[][] commands) => new(name, unit, () =>
    {
        var before = ChildUsage.CpuOfChildren();
        var watch = Stopwatch.StartNew();
        var running = commands.Select(Start).ToList();
        foreach (var process in running)
        {
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new BenchException($"{process.StartInfo.FileName} failed: {process.StandardError.ReadToEnd().Trim()}");
            process.Dispose();
        }
        return new WorkResult(ChildUsage.CpuOfChildren() - before, watch.Elapsed.TotalSeconds, units);
    });

    internal static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in command[1..]) start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}
