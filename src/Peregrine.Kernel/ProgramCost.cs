namespace Peregrine.Kernel;

/// <summary>What one program of the probe has cost since it was loaded, those it calls included. The kernel counts it only while <c>kernel.bpf_stats_enabled</c> is 1.</summary>
/// <param name="Name">Of the tracepoint's side, as dashboards know it: <c>sys_exit</c>.</param>
/// <param name="Runs">How often it ran.</param>
/// <param name="Nanoseconds">How long that took.</param>
public sealed record ProgramCost(string Name, ulong Runs, ulong Nanoseconds)
{
    /// <summary>Nanoseconds of one run.</summary>
    public ulong Average => Runs == 0 ? 0 : Nanoseconds / Runs;
}
