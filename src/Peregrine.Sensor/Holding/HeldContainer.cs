namespace Peregrine.Sensor.Holding;

/// <summary>The events of one container that wait until it is known what it is, in order.</summary>
/// <param name="deadline">When they go out as they are, in milliseconds of the clock that they are held by.</param>
internal sealed class HeldContainer(long deadline)
{
    public long Deadline => deadline;

    /// <summary>The time is over: its events wait no more, whether or not an answer comes.</summary>
    public bool IsOver { get; set; }

    public Queue<HeldEvent> Events { get; } = new();
}
