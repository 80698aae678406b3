using Peregrine.Events;
using Peregrine.Filters.Rendering;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class evt that show the result of a call.</summary>
internal static class EventResultFields
{
    public static readonly Field[] All =
    [
        Declare.Text("evt.res", "Return Value", Event, "SUCCESS, or the symbol of the error that the call ended with.", Result) with { Format = PrintFormat.Dec },
        Declare.Amount("evt.rawres", ParamType.Int64, "Raw Return Value", Event, "The number that the call returned; errors are negative.",
            static (ref c, _, ref v) => ReturnValue.TryGet(ref c, out var result) && v.Set(result)),
        Declare.Flag("evt.failed", "Failed", Event, "True when the call returned an error.", Failed),
        Declare.Amount("evt.count.error", ParamType.Uint32, "Error Count", Event, "1 when the call returned an error, else 0.", Failed),
        Declare.Amount("evt.count.error.file", ParamType.Uint32, "File Error Count", Event, "The same, for calls on files.",
            static (ref c, arg, ref v) => KindOf(ref c) == Kind.File && Failed(ref c, arg, ref v)),
        Declare.Amount("evt.count.error.net", ParamType.Uint32, "Network Error Count", Event, "The same, for calls on sockets.",
            static (ref c, arg, ref v) => KindOf(ref c) == Kind.Net && Failed(ref c, arg, ref v)),
        Declare.Amount("evt.count.error.memory", ParamType.Uint32, "Memory Error Count", Event, "The same, for calls on memory.",
            static (ref c, arg, ref v) => IsMemory(ref c) && Failed(ref c, arg, ref v)),
        Declare.Amount("evt.count.error.other", ParamType.Uint32, "Other Error Count", Event, "The same, for calls that are none of these.",
            static (ref c, arg, ref v) => KindOf(ref c) == Kind.Other && Failed(ref c, arg, ref v)),
    ];

    private enum Kind
    {
        File,
        Net,
        Memory,
        Other,
    }

    private static bool Result(ref EventContext context, FieldArg arg, ref FieldValue value)
    {
        if (!ReturnValue.TryGet(ref context, out var result)) return false;
        if (result >= 0) return value.Set("SUCCESS"u8);
        var symbol = ErrnoNames.Of(result);
        if (!symbol.IsEmpty) return value.Set(symbol);
        value.Buffer.Begin();
        ParamText.Append(ref context, value.Buffer, ReturnValue.PositionIn(context.Event.Type));
        return value.Set(value.Buffer.End());
    }

    private static bool Failed(ref EventContext context, FieldArg arg, ref FieldValue value) => ReturnValue.TryGet(ref context, out var result) && value.Set(result < 0);

    private static bool IsMemory(ref EventContext context) => CategoryNames.Kind(context.Event.Info.Category) == EventCategory.Memory;

    /// <summary>By the descriptor where there is one; a call that would have made one counts as what it would have made.</summary>
    private static Kind KindOf(ref EventContext context) => context.Fd?.Type switch
    {
        FdType.File or FdType.FileV2 or FdType.Directory => Kind.File,
        FdType.Ipv4Socket or FdType.Ipv6Socket or FdType.Ipv4Listener or FdType.Ipv6Listener or FdType.UnixSocket => Kind.Net,
        not null => Kind.Other,
        null => context.Event.Type switch
        {
            EventType.SyscallOpenX or EventType.SyscallCreatX or EventType.SyscallOpenat_2X or EventType.SyscallOpenat2X or EventType.SyscallOpenByHandleAtX => Kind.File,
            EventType.SocketAccept_5X or EventType.SocketAccept4_6X or EventType.SocketConnectX => Kind.Net,
            _ => IsMemory(ref context) ? Kind.Memory : Kind.Other,
        },
    };
}
