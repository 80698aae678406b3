using System.Globalization;

namespace Peregrine.Kernel;

/// <summary>What one program of the probe has cost since it was loaded, those it calls included. The kernel counts it only while <c>kernel.bpf_stats_enabled</c> is 1.</summary>
/// <param name="Name">Of the tracepoint's side, as dashboards know it: <c>sys_exit</c>.</param>
/// <param name="Runs">How often it ran.</param>
/// <param name="Nanoseconds">How long that took.</param>
public sealed record ProgramCost(string Name, ulong Runs, ulong Nanoseconds)
{
    /// <summary>Of a loaded program that is held by a descriptor; null while the kernel has counted nothing. Read from <c>/proc</c>, because the sensor gives up the right to ask for it by the bpf system call.</summary>
    internal static ProgramCost? Of(string name, int fd)
    {
        ulong runs = 0, nanoseconds = 0;
        try
        {
            foreach (var line in File.ReadLines($"/proc/self/fdinfo/{fd}"))
            {
                if (line.StartsWith("run_time_ns:", StringComparison.Ordinal)) nanoseconds = Number(line);
                else if (line.StartsWith("run_cnt:", StringComparison.Ordinal)) runs = Number(line);
            }
        }
        catch (IOException)
        {
            return null;
        }
        return runs > 0 ? new ProgramCost(name, runs, nanoseconds) : null;

        static ulong Number(string line) => ulong.TryParse(line.AsSpan(line.IndexOf(':') + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>Nanoseconds of one run.</summary>
    public ulong Average => Runs == 0 ? 0 : Nanoseconds / Runs;
}
