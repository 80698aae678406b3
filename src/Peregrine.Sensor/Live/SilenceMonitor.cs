using System.Globalization;
using Peregrine.Outputs;
using Peregrine.Sensor.Alerts;
using Peregrine.Sensor.Configuration;
using Peregrine.Sensor.Engine;

namespace Peregrine.Sensor.Live;

/// <summary>Says by an internal alert, again and again, that no event has come for as long as <c>syscall_event_timeouts</c> allows: a machine is never that silent, so something is wrong. Belongs to the worker.</summary>
internal sealed class SilenceMonitor
{
    public const string RuleName = "Falco internal: timeouts notification";

    private readonly Session _session;
    private readonly TimeProvider _time;
    private long _since;

    public SilenceMonitor(Session session) => (_session, _time, _since) = (session, session.Console.Clock, session.Console.Clock.GetTimestamp());

    public void OnEvents() => _since = _time.GetTimestamp();

    /// <summary>To be called now and then.</summary>
    /// <param name="lastEvent">When the last event happened, ns since the epoch; 0 when there was none.</param>
    public void Look(ulong lastEvent)
    {
        var longest = _session.Configuration.LongestSilence;
        if (_time.GetElapsedTime(_since) <= longest) return;
        _since = _time.GetTimestamp();
        var timeouts = (long)(longest / SensorConfiguration.EventTimeout);
        var message = string.Create(CultureInfo.InvariantCulture, $"{RuleName}. {timeouts} consecutive timeouts without event.");
        var now = (ulong)(_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        _session.Outputs.Offer(_session.Alerts.MakeInternal(RuleName, AlertPriority.Debug, message, now, [new InternalField("last_event_time", TimeOfDay(lastEvent))]));
    }

    private string TimeOfDay(ulong time)
    {
        if (time == 0) return "none";
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks((long)(time / 100)), _time.LocalTimeZone);
        return string.Create(CultureInfo.InvariantCulture, $"{local:HH:mm:ss}.{time % 1_000_000_000:000000000}");
    }
}
