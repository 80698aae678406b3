namespace Peregrine.Outputs;

/// <summary>What happens to an alert when an output's queue is full.</summary>
public enum FullQueuePolicy
{
    /// <summary>The new alert is dropped and counted; what waits keeps its place. For a live sensor, which must never wait.</summary>
    DropNewest,

    /// <summary>The oldest waiting alert is dropped and counted.</summary>
    DropOldest,

    /// <summary>The caller waits for room. For replays, where nothing is lost by being late.</summary>
    Wait,
}
