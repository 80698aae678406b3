namespace Peregrine.Sensor.Replay;

/// <summary>Tells when so much time of a capture has been replayed.</summary>
/// <param name="limit">Null for no end.</param>
internal struct ReplayClock(TimeSpan? limit)
{
    private readonly ulong _limit = limit is { } time ? (ulong)time.Ticks * 100 : ulong.MaxValue;
    private ulong _first;

    /// <summary>Whether an event of this time is past the end. The first one tells when the capture began.</summary>
    public bool IsOver(ulong time)
    {
        if (_first == 0) _first = time;
        return time > _first && time - _first >= _limit;
    }
}
