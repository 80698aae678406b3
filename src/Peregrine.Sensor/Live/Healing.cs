using System.Globalization;
using Peregrine.Kernel;
using Peregrine.Sensor.Logging;
using Peregrine.State;

namespace Peregrine.Sensor.Live;

/// <summary>
/// Has the state healed when the kernel had to drop events that may have changed it, and says so. While losses go on, it is healed again and again, less and less often: each time costs a
/// look at all processes.
/// </summary>
internal sealed class Healing
{
    /// <summary>When nothing is handed out, nothing older than this is still to come, in nanoseconds.</summary>
    public const ulong Settled = 5_000_000;

    /// <summary>The longest sleep while the state is being healed.</summary>
    public static readonly TimeSpan ShortSleep = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly KernelProbe _probe;
    private readonly StateEngine _state;
    private readonly StateHealer _healer;
    private readonly SensorLog _log;
    private readonly TimeProvider _time;
    private long _looked;
    private bool _isRequested;
    private long _begun;
    private long _ended;
    private ulong _lost;
    private ulong _healedUpTo;
    private TimeSpan _pause = ShortestPause;
    private (ulong Processes, ulong Found, ulong Gone, ulong Fds) _before;

    public Healing(KernelProbe probe, StateEngine state, IProcessScan scan, SensorLog log, TimeProvider time)
    {
        (_probe, _state, _log, _time) = (probe, state, log, time);
        _healer = new StateHealer(state, scan);
        _looked = _ended = time.GetTimestamp();
    }

    /// <summary>Whether there is work that a sleep would put off.</summary>
    public bool HasWork => _healer.HasWork;

    /// <summary>Has the state healed with the next step, though nothing was lost: events were left out on purpose.</summary>
    public void Request() => _isRequested = true;

    /// <summary>To be called between drains; short.</summary>
    /// <param name="caughtUpAt">A time up to which all events have been handed out; 0 when the rings still hold some.</param>
    public void Step(ulong caughtUpAt)
    {
        if (_healer.HasWork && _healer.Step(caughtUpAt)) Report();
        if (_time.GetElapsedTime(_looked) < LookInterval) return;
        _looked = _time.GetTimestamp();
        _lost = _probe.LostChanges;
        if (_isRequested && !_healer.IsHealing)
        {
            _isRequested = false;
            _log.Info("What is known of processes and descriptors is read again from /proc, after events were shed");
            Begin();
            return;
        }
        if (_lost == _healedUpTo || _healer.IsHealing || _time.GetElapsedTime(_ended) < _pause) return;
        Begin();
    }

    private void Begin()
    {
        // Losses that go on soon after the last healing make the next one wait longer.
        var isRecurring = _begun != 0 && _time.GetElapsedTime(_ended) < _pause * 4;
        _pause = isRecurring ? TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks)) : ShortestPause;
        if (_lost > _healedUpTo) _log.Warning(string.Create(CultureInfo.InvariantCulture, $"{_lost - _healedUpTo} events that may have changed processes or descriptors were lost; what is known of them is read again from /proc"));
        _healedUpTo = _lost;
        _begun = _time.GetTimestamp();
        _before = Counts();
        _healer.Begin();
    }

    private void Report()
    {
        _ended = _time.GetTimestamp();
        var now = Counts();
        _log.Info(string.Create(CultureInfo.InvariantCulture,
            $"The state was healed in {_time.GetElapsedTime(_begun).TotalMilliseconds:0} ms: {now.Processes - _before.Processes} processes compared, {now.Found - _before.Found} threads found, {now.Gone - _before.Gone} threads had ended, {now.Fds - _before.Fds} descriptors corrected"));
    }

    private (ulong Processes, ulong Found, ulong Gone, ulong Fds) Counts() =>
        (_state.Statistics.ProcessesHealed, _state.Statistics.ThreadsFound, _state.Statistics.ThreadsGone, _state.Statistics.FdsCorrected);
}
