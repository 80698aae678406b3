namespace Peregrine.Sensor.Replay;

/// <summary>The time that passes in a replay: that of the events.</summary>
internal sealed class EventClock : TimeProvider
{
    /// <summary>The last event's, ns since the epoch.</summary>
    public ulong Time { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => (long)Time;
}
