using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class evt on reading and writing.</summary>
internal static class EventIoFields
{
    public static readonly Field[] All =
    [
        new("evt.buffer", ParamType.Bytebuf, Event, "The data that was read or written, as far as it was recorded.", Buffer) { DisplayName = "Buffer", Format = PrintFormat.Na },
        Declare.Amount("evt.buflen", ParamType.Uint64, "Buffer Length", Event, "How many bytes were read or written.", static (ref c, _, ref v) => Length(ref c, IsIo(ref c), ref v)),
        Declare.Amount("evt.buflen.in", ParamType.Uint64, "Input Buffer Length", Event, "How many bytes were read.", static (ref c, _, ref v) => Length(ref c, IsRead(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.out", ParamType.Uint64, "Output Buffer Length", Event, "How many bytes were written.", static (ref c, _, ref v) => Length(ref c, IsWrite(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.file", ParamType.Uint64, "File Buffer Length", Event, "How many bytes were read from or written to a file.",
            static (ref c, _, ref v) => Length(ref c, IsIo(ref c) && IsFile(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.file.in", ParamType.Uint64, "File Input Buffer Length", Event, "How many bytes were read from a file.",
            static (ref c, _, ref v) => Length(ref c, IsRead(ref c) && IsFile(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.file.out", ParamType.Uint64, "File Output Buffer Length", Event, "How many bytes were written to a file.",
            static (ref c, _, ref v) => Length(ref c, IsWrite(ref c) && IsFile(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.net", ParamType.Uint64, "Network Buffer Length", Event, "How many bytes were received or sent.",
            static (ref c, _, ref v) => Length(ref c, IsIo(ref c) && IsNet(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.net.in", ParamType.Uint64, "Network Input Buffer Length", Event, "How many bytes were received.",
            static (ref c, _, ref v) => Length(ref c, IsRead(ref c) && IsNet(ref c), ref v)).TableOnly(),
        Declare.Amount("evt.buflen.net.out", ParamType.Uint64, "Network Output Buffer Length", Event, "How many bytes were sent.",
            static (ref c, _, ref v) => Length(ref c, IsWrite(ref c) && IsNet(ref c), ref v)).TableOnly(),
        Declare.Flag("evt.is_io", "Is I/O", Event, "True for calls that read from or write to a descriptor.",
            static (ref c, _, ref v) => v.Set((c.Event.Info.Flags & (EventFlags.ReadsFromFd | EventFlags.WritesToFd)) != 0)),
        Declare.Flag("evt.is_io_read", "Is Read", Event, "True for calls that read from a descriptor.", static (ref c, _, ref v) => v.Set(c.Event.Info.Has(EventFlags.ReadsFromFd))),
        Declare.Flag("evt.is_io_write", "Is Write", Event, "True for calls that write to a descriptor.", static (ref c, _, ref v) => v.Set(c.Event.Info.Has(EventFlags.WritesToFd))),
        Declare.Text("evt.io_dir", "I/O Direction", Event, "read or write, of calls that do either.", Direction),
        Declare.Flag("evt.is_wait", "Is Wait", Event, "True for calls that make the thread wait, such as sleep and select.", static (ref c, _, ref v) => v.Set(c.Event.Info.Has(EventFlags.Waits))),
        Declare.Flag("evt.is_syslog", "Is Syslog", Event, "True for writes to the system log's socket, /dev/log.",
            static (ref c, _, ref v) => v.Set(c.Event.Info.Has(EventFlags.WritesToFd) && c.Fd is { } fd && fd.Name.AsSpan().IndexOf("/dev/log"u8) >= 0)),
    ];

    private static bool Buffer(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        var position = DataPosition.In(context.Event.Type);
        return position >= 0 && value.Set(context.Event.Param(position));
    }

    private static bool Direction(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (context.Event.Info.Has(EventFlags.WritesToFd)) return value.Set("write"u8);
        return context.Event.Info.Has(EventFlags.ReadsFromFd) && value.Set("read"u8);
    }

    private static bool Length(ref EventContext context, bool applies, ref FieldValue value) =>
        applies && context.Fd is not null && ReturnValue.TryGet(ref context, out var result) && result >= 0 && value.Set(result);

    private static EventCategory Kind(ref EventContext context) => CategoryNames.Kind(context.Event.Info.Category);

    private static bool IsIo(ref EventContext context) => (Kind(ref context) & EventCategory.IoBase) != 0;

    private static bool IsRead(ref EventContext context) => Kind(ref context) == EventCategory.IoRead;

    private static bool IsWrite(ref EventContext context) => Kind(ref context) == EventCategory.IoWrite;

    private static bool IsFile(ref EventContext context) => context.Fd?.Type is FdType.File or FdType.FileV2;

    private static bool IsNet(ref EventContext context) => context.Fd?.Type is FdType.Ipv4Socket or FdType.Ipv6Socket or FdType.Ipv4Listener or FdType.Ipv6Listener;

    /// <summary>Where each event type has its <c>data</c> parameter.</summary>
    private static class DataPosition
    {
        private static readonly sbyte[] Positions = Build();

        public static int In(EventType type) => Positions[(int)type];

        private static sbyte[] Build()
        {
            var positions = new sbyte[EventSchema.Count];
            foreach (var info in EventSchema.Events) positions[(int)info.Type] = (sbyte)info.IndexOf("data"u8);
            return positions;
        }
    }
}
