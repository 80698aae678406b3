using System.Globalization;
using System.Text;
using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class evt that say which event it is.</summary>
internal static class SyscallEventFields
{
    private const ulong Second = 1_000_000_000;

    public static readonly Field[] All =
    [
        Declare.Amount("evt.deltatime", ParamType.Reltime, "Delta", Event, "Nanoseconds since the event before.", static (ref c, _, ref v) => v.Set(Delta(ref c))),
        Declare.Amount("evt.deltatime.s", ParamType.Reltime, "Delta (s)", Event, "Whole seconds since the event before.", static (ref c, _, ref v) => v.Set(Delta(ref c) / Second)),
        Declare.Amount("evt.deltatime.ns", ParamType.Reltime, "Delta (ns)", Event, "The part below a second of the time since the event before, in nanoseconds.",
            static (ref c, _, ref v) => v.Set(Delta(ref c) % Second)).Padded(),
        Declare.Text("evt.outputtime", "Output Time", Event, "The time as outputs print it; for output only.", static (ref c, _, ref v) =>
        {
            v.Buffer.Begin();
            TimeText.AppendClock(v.Buffer, c.Event.Timestamp, fraction: true);
            return v.Set(v.Buffer.End());
        }) with { Traits = FieldTraits.PrintOnly },
        Declare.Text("evt.dir", "Direction", Event, "< at the end of a call, > for every other event; calls are only seen when they end.",
            static (ref c, _, ref v) => v.Set(c.Event.Info.IsEnter ? ">"u8 : "<"u8)) with { Format = PrintFormat.Dir, Traits = FieldTraits.Deprecated | FieldTraits.SameForType },
        Declare.Text("evt.type", "Type", Event, "Name of the event, such as open or procexit.", static (ref c, _, ref v) => v.Set(EventName.Of(ref c))) with { Traits = FieldTraits.SameForType },
        new("evt.type.is", ParamType.Uint32, Event, "1 when the event is of the type that follows the dot, else 0.", static (ref c, arg, ref v) => v.Set(IsOfType(arg, c.Event.Type) ? 1 : 0))
        {
            DisplayName = "Type Is", Format = PrintFormat.Na, Argument = FieldArgument.Required | FieldArgument.Suffix, ParseTail = ParseType, Traits = FieldTraits.SameForType,
        },
        Declare.Text("syscall.type", "Syscall Type", Event, "Name of the system call; no value for other events.",
            static (ref c, _, ref v) => (c.Event.Info.Category & EventCategory.Syscall) != 0 && v.Set(EventName.Of(ref c))) with { Traits = FieldTraits.SameForType },
        Declare.Text("evt.category", "Category", Event, "Kind of event: file, net, IPC, memory, process, wait and so on; of reads and writes, the kind of the descriptor.",
            static (ref c, _, ref v) => v.Set(CategoryNames.Of(ref c))),
        Declare.Id("evt.cpu", ParamType.Int16, "CPU Number", Event, "Number of the CPU that the event happened on.", static (ref c, _, ref v) => v.Set((short)c.Cpu)),
        Declare.Amount("evt.count", ParamType.Uint32, "Count", Constant, "Always 1: for summing up events.", static (ref c, _, ref v) => v.Set(1)),
        Declare.Amount("evt.count.exit", ParamType.Uint32, "Exit Count", Event, "1 for events at the end of a call.", static (ref c, _, ref v) => !c.Event.Info.IsEnter && v.Set(1)),
        Declare.Amount("evt.count.procinfo", ParamType.Uint32, "Procinfo Count", Event, "1 for reports on a process's main thread.",
            static (ref c, _, ref v) => v.Set(c.Event.Type == EventType.ProcinfoE && c.Thread is { IsLeader: true } ? 1 : 0)).TableOnly(),
        Declare.Amount("evt.count.threadinfo", ParamType.Uint32, "Thread Info Count", Event, "1 for reports on a thread.",
            static (ref c, _, ref v) => v.Set(c.Event.Type == EventType.ProcinfoE ? 1 : 0)).TableOnly(),
        Declare.Amount("evt.around", ParamType.Uint64, "Around Interval", Event, "True when the event happened within so many milliseconds of the time in brackets, given in nanoseconds since the epoch.", Distance)
            .With(FieldArgument.Required | FieldArgument.Index, ParseTime) with
        {
            Traits = FieldTraits.FilterOnly | FieldTraits.Distance | FieldTraits.NoRightHand | FieldTraits.NoTransformer,
        },
    ];

    private static ulong Delta(ref EventContext context) => context.State.PreviousTimestamp == 0 ? 0 : context.Event.Timestamp - context.State.PreviousTimestamp;

    /// <summary>The distance from the argument, rounded up to milliseconds.</summary>
    private static bool Distance(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        var (time, center) = (context.Event.Timestamp, (ulong)arg.Index);
        var distance = time > center ? time - center : center - time;
        return value.Set((distance + 999_999) / 1_000_000);
    }

    private static bool ParseTime(string tail, out int consumed, out FieldArg arg)
    {
        arg = FieldArg.None;
        if (!FieldTails.TryBrackets(tail, out var text, out consumed)) throw new FilterException("filter syntax error: evt.around" + tail);
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time)) return false;
        arg = new() { Text = text, Utf8 = Encoding.UTF8.GetBytes(text), Index = time };
        return true;
    }

    /// <summary>A name stands for its first event code and the one after it, which is its other direction; a number for itself.</summary>
    private static bool ParseType(string tail, out int consumed, out FieldArg arg)
    {
        if (!tail.StartsWith('.')) throw new FilterException("filter syntax error: evt.type.is" + tail);
        var name = tail[1..];
        consumed = tail.Length;
        arg = FieldArg.None;
        if (ushort.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            arg = new() { Text = name, Index = number };
            return true;
        }
        foreach (var info in EventSchema.Events)
        {
            if (info.Name != name) continue;
            arg = new() { Text = name, Index = (int)info.Type, Parsed = info };
            return true;
        }
        return false;
    }

    private static bool IsOfType(FieldArg arg, EventType type) => (int)type == arg.Index || (arg.Parsed is not null && (int)type == arg.Index + 1);
}
