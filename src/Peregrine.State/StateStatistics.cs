namespace Peregrine.State;

/// <summary>What the state engine has done, for metrics. Counts only grow.</summary>
public sealed class StateStatistics
{
    public ulong ThreadsAdded;

    public ulong ThreadsRemoved;

    /// <summary>Threads that events named and that were not in the table.</summary>
    public ulong ThreadsUnknown;

    /// <summary>Of those, how many the host could describe.</summary>
    public ulong ThreadsLookedUp;

    /// <summary>Threads forgotten because they had ended unnoticed.</summary>
    public ulong ThreadsPurged;

    /// <summary>Descriptors that events used and that were not in the table.</summary>
    public ulong FdsUnknown;

    /// <summary>Of those, how many the host could describe.</summary>
    public ulong FdsLookedUp;
}
