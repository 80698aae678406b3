namespace Peregrine.Outputs;

/// <summary>
/// What became of the alerts given to one output, at one moment. <c>Offered + Recovered = Delivered + Lost.Total + Waiting</c> at all times: what is under way counts as waiting.
/// </summary>
public sealed record OutputCounters(string Output)
{
    /// <summary>Alerts given to the output.</summary>
    public long Offered { get; init; }

    /// <summary>Alerts of an earlier run that its spool still held.</summary>
    public long Recovered { get; init; }

    public long Delivered { get; init; }

    /// <summary>Attempts beyond an alert's first.</summary>
    public long Retried { get; init; }

    public AlertLossCounts Lost { get; init; }

    /// <summary>Alerts that it has and has not delivered yet, in memory and in the spool.</summary>
    public long Waiting { get; init; }

    /// <summary>Of these, those in memory.</summary>
    public int Queued { get; init; }

    /// <summary>How many may wait in memory.</summary>
    public int Capacity { get; init; }

    /// <summary>What waits in memory, in bytes.</summary>
    public long QueuedBytes { get; init; }

    public long CapacityBytes { get; init; }

    /// <summary>The spool's files, in bytes; 0 without one.</summary>
    public long SpoolBytes { get; init; }

    public long SpoolCapacityBytes { get; init; }

    /// <summary>What two outputs of one name did together.</summary>
    public static OutputCounters operator +(OutputCounters a, OutputCounters b) => new(a.Output)
    {
        Offered = a.Offered + b.Offered,
        Recovered = a.Recovered + b.Recovered,
        Delivered = a.Delivered + b.Delivered,
        Retried = a.Retried + b.Retried,
        Lost = a.Lost + b.Lost,
        Waiting = a.Waiting + b.Waiting,
        Queued = a.Queued + b.Queued,
        Capacity = a.Capacity + b.Capacity,
        QueuedBytes = a.QueuedBytes + b.QueuedBytes,
        CapacityBytes = a.CapacityBytes + b.CapacityBytes,
        SpoolBytes = a.SpoolBytes + b.SpoolBytes,
        SpoolCapacityBytes = a.SpoolCapacityBytes + b.SpoolCapacityBytes,
    };

    /// <summary>What is left of an output that has ended.</summary>
    public OutputCounters Ended() => this with { Waiting = 0, Queued = 0, Capacity = 0, QueuedBytes = 0, CapacityBytes = 0, SpoolBytes = 0, SpoolCapacityBytes = 0 };
}
