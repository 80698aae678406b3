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

    /// <summary>Look-ups of threads and descriptors that were put off or left out because the second's budget was spent.</summary>
    public ulong LookUpsRefused;

    /// <summary>Descriptors that were not looked up because they had just been looked for and not found.</summary>
    public ulong FdsKnownMissing;

    /// <summary>Times the whole state was healed after events were lost.</summary>
    public ulong Healings;

    /// <summary>Processes compared with the machine in these.</summary>
    public ulong ProcessesHealed;

    /// <summary>Threads that were running unknown.</summary>
    public ulong ThreadsFound;

    /// <summary>Threads that were known and had ended.</summary>
    public ulong ThreadsGone;

    /// <summary>Descriptors that were put in, replaced or taken out.</summary>
    public ulong FdsCorrected;

    /// <summary>Looks into the table of threads for who made an event.</summary>
    public ulong ThreadLookups;

    /// <summary>Looks into a table of descriptors for what an event is about.</summary>
    public ulong FdLookups;

    /// <summary>Descriptors that came to be known, by an event or a look-up.</summary>
    public ulong FdsAdded;

    /// <summary>Descriptors that were closed.</summary>
    public ulong FdsRemoved;

    /// <summary>The counts as they are now, which do not go on counting.</summary>
    public StateStatistics Copy() => (StateStatistics)MemberwiseClone();
}
