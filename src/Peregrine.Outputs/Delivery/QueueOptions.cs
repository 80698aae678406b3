namespace Peregrine.Outputs;

/// <summary>How an output's queue is bounded, and how deliveries that fail are tried again.</summary>
public sealed record QueueOptions
{
    /// <summary>Most alerts that wait in memory.</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>Most bytes that they take; one alert may always wait, however long it is.</summary>
    public long CapacityBytes { get; init; } = 64 << 20;

    public FullQueuePolicy WhenFull { get; init; } = FullQueuePolicy.DropNewest;

    public RetryOptions Retry { get; init; } = new();
}

/// <summary>
/// When a delivery that failed is tried again: after a pause that doubles from <see cref="FirstDelay"/> to <see cref="MaxDelay"/>, with jitter so that many sensors do not come back at once.
/// The limits count failures in a row, whatever alert they befell: once one is reached, that alert is lost, and each one after it has a single attempt until one succeeds.
/// </summary>
public sealed record RetryOptions
{
    /// <summary>One attempt for each alert.</summary>
    public static RetryOptions None { get; } = new() { MaxUnreachable = 1, MaxUncertain = 1, PausesAfterLoss = false };

    /// <summary>Attempts while nobody is there; 0 for no limit: the alert waits, and those behind it in the queue.</summary>
    public int MaxUnreachable { get; init; }

    /// <summary>Attempts that end without an answer, or in a failure of the other side; 0 for no limit.</summary>
    public int MaxUncertain { get; init; } = 5;

    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the longest pause is made after an alert is lost, so that an outage costs few alerts and the others wait in the queue.</summary>
    public bool PausesAfterLoss { get; init; } = true;
}

/// <summary>Where an output tells how it fares. Called on its threads.</summary>
/// <param name="Warning">What went wrong.</param>
/// <param name="Info">What is well again.</param>
public sealed record OutputLog(Action<string> Warning, Action<string> Info)
{
    /// <summary>Tells nobody.</summary>
    public static OutputLog Silent { get; } = new(static _ => { }, static _ => { });
}
