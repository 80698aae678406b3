namespace Peregrine.Kernel.Proc;

/// <summary>What was read from the machine so far, for metrics.</summary>
public sealed class ProcCounters
{
    /// <summary>Whole scans.</summary>
    public long Scans { get; internal set; }

    /// <summary>How long the last scan took.</summary>
    public TimeSpan LastScanTime { get; internal set; }

    public long ThreadLookups { get; internal set; }

    /// <summary>Of those, threads that were gone.</summary>
    public long ThreadsGone { get; internal set; }

    public long FdLookups { get; internal set; }

    /// <summary>Of those, descriptors that were closed.</summary>
    public long FdsGone { get; internal set; }

    /// <summary>Look-ups refused because the second's budget was spent.</summary>
    public long RefusedByBudget { get; internal set; }

    /// <summary>Descriptors left out of a scan or look-up by the limit per process.</summary>
    public long FdsLeftOut { get; internal set; }
}
