namespace Peregrine.Kernel.Proc.Accounts;

/// <summary>What finding users and groups took, for metrics. Written by several threads without a lock: good to see trends, not for exact sums.</summary>
public sealed class AccountCounters
{
    /// <summary>Account files read and parsed.</summary>
    public long FilesRead { get; internal set; }

    /// <summary>Times the event path waited for a namespace's files and got them.</summary>
    public long Waits { get; internal set; }

    /// <summary>Times it stopped waiting, or could not wait because the second's budget was spent.</summary>
    public long WaitsGivenUp { get; internal set; }

    /// <summary>Readers that never came back from a file (a file system that does not answer) and were replaced.</summary>
    public long ReadersAbandoned { get; internal set; }

    /// <summary>Questions to the name service.</summary>
    public long NameServiceQueries { get; internal set; }

    /// <summary>Of those, answered by an entry.</summary>
    public long NameServiceHits { get; internal set; }
}
