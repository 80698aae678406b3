using System.Text;
using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class evt that events of every source have.</summary>
internal static class EventFields
{
    private const ulong Second = 1_000_000_000;

    public static readonly Field[] All =
    [
        Declare.Id("evt.num", ParamType.Uint64, "Event Number", Event, "Position of the event in the stream, counted from 1.", static (ref c, _, ref v) => v.Set(c.Number)),
        Time("evt.time", "Time", "Local time of day with nanoseconds.", static (buffer, time) => TimeText.AppendClock(buffer, time, fraction: true)),
        Time("evt.time.s", "Time (s)", "Local time of day in whole seconds.", static (buffer, time) => TimeText.AppendClock(buffer, time, fraction: false)),
        Time("evt.time.iso8601", "ISO 8601 Time", "Date and time in UTC, in the form of ISO 8601 with nanoseconds.", static (buffer, time) => TimeText.AppendIso8601(buffer, time)),
        Time("evt.datetime", "Datetime", "Local date and time with nanoseconds.", static (buffer, time) => TimeText.AppendDateTime(buffer, time, fraction: true)),
        Time("evt.datetime.s", "Datetime (s)", "Local date and time in whole seconds.", static (buffer, time) => TimeText.AppendDateTime(buffer, time, fraction: false)),
        Declare.Amount("evt.rawtime", ParamType.Abstime, "Absolute Time", Event, "Time in nanoseconds since the epoch.", static (ref c, _, ref v) => v.Set(c.Event.Timestamp)),
        Declare.Amount("evt.rawtime.s", ParamType.Abstime, "Absolute Time (s)", Event, "Time in whole seconds since the epoch.", static (ref c, _, ref v) => v.Set(c.Event.Timestamp / Second)),
        Declare.Amount("evt.rawtime.ns", ParamType.Abstime, "Absolute Time (ns)", Event, "The part of the time below a second, in nanoseconds.",
            static (ref c, _, ref v) => v.Set(c.Event.Timestamp % Second)).Padded(),
        Declare.Amount("evt.reltime", ParamType.Reltime, "Relative Time", Event, "Nanoseconds since the first event of the stream.",
            static (ref c, _, ref v) => v.Set(c.Event.Timestamp - c.State.FirstTimestamp)).Padded(),
        Declare.Amount("evt.reltime.s", ParamType.Reltime, "Relative Time (s)", Event, "Whole seconds since the first event of the stream.",
            static (ref c, _, ref v) => v.Set((c.Event.Timestamp - c.State.FirstTimestamp) / Second)),
        Declare.Amount("evt.reltime.ns", ParamType.Reltime, "Relative Time (ns)", Event, "The part of the relative time below a second, in nanoseconds.",
            static (ref c, _, ref v) => v.Set((c.Event.Timestamp - c.State.FirstTimestamp) % Second)).Padded(),
        Declare.Text("evt.pluginname", "Plugin Name", Event, "Name of the plugin that produced the event; events of plugins only.", null),
        Declare.Text("evt.plugininfo", "Plugin Info", Event, "The event as its plugin words it; events of plugins only.", null),
        Declare.Text("evt.source", "Event Source", Event, "Name of the event's source: syscall, or that of a plugin.", static (ref c, _, ref v) => Encode(ref v, c.State.Options.Sources[c.Source])),
        Declare.Flag("evt.is_async", "Async Event", Event, "True for events that no thread caused: reports on the machine and what was put into the stream from outside, such as a container's arrival.",
            static (ref c, _, ref v) => v.Set(IsAsync(ref c))),
        Declare.Text("evt.asynctype", "Async-Event Type", Event, "Name of such an event.",
            static (ref c, _, ref v) => IsAsync(ref c) && v.Set(EventName.Of(ref c))),
        Declare.Text("evt.hostname", "Hostname", Constant, "Name of the machine. The environment variable FALCO_HOSTNAME replaces it.", static (ref c, _, ref v) => Encode(ref v, c.State.Options.Hostname)),
    ];

    private static Field Time(string name, string display, string description, Action<ValueBuffer, ulong> append) => Declare.Text(name, display, Event, description, (ref c, _, ref v) =>
    {
        v.Buffer.Begin();
        append(v.Buffer, c.Event.Timestamp);
        return v.Set(v.Buffer.End());
    });

    private static bool IsAsync(ref EventContext context) => (context.Event.Info.Category & EventCategory.Metaevent) != 0;

    private static bool Encode(ref FieldValue value, string text)
    {
        var bytes = value.Buffer.Take(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes);
        return value.Set(bytes);
    }
}
