using System.Diagnostics;

namespace Peregrine.Sensor.Replay;

/// <summary>Holds events back until as much time has passed as did when they happened.</summary>
/// <param name="speed">How many times faster than then; 1 for real time.</param>
/// <param name="stop">Ends the waiting.</param>
internal sealed class Pacer(double speed, CancellationToken stop)
{
    /// <summary>A longer silence is passed over: hours without an event are a clock that was set, or a record that is not to be believed.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    /// <summary>Below what a sleep can do.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly long _start = Stopwatch.GetTimestamp();
    private ulong _first;
    private TimeSpan _passedOver;

    /// <summary>Waits until the event is due. False when it is not yet and <paramref name="slice"/> is over: call again.</summary>
    public bool Wait(ulong time, TimeSpan slice)
    {
        if (_first == 0) _first = time;
        // CPUs are not in step: an event may be a little older than the first.
        var due = time <= _first ? TimeSpan.Zero : TimeSpan.FromTicks((long)((time - _first) / 100 / speed)) - _passedOver;
        var ahead = due - Stopwatch.GetElapsedTime(_start);
        if (ahead > LongestSilence)
        {
            _passedOver += ahead;
            return true;
        }
        if (ahead < Shortest) return true;
        stop.WaitHandle.WaitOne(ahead < slice ? ahead : slice);
        return ahead <= slice || stop.IsCancellationRequested;
    }
}
