using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class evt on opening files. They tell what the call asked for, whether or not it succeeded.</summary>
internal static class OpenFields
{
    private const uint ReadOnly = 1;
    private const uint WriteOnly = 2;
    private const uint Create = 4;
    private const uint TemporaryFile = 1 << 13;
    private const uint WasCreated = 1 << 14;

    /// <summary>Permission to execute for the owner, the group or others.</summary>
    private const uint AnyExecute = 64 | 8 | 1;

    public static readonly Field[] All =
    [
        Declare.Flag("evt.is_open_read", "Is Opened For Reading", Event, "True for open and its kin when they ask for reading.", static (ref c, _, ref v) => v.Set((Flags(ref c) & ReadOnly) != 0)),
        Declare.Flag("evt.is_open_write", "Is Opened For Writing", Event, "True for open and its kin when they ask for writing.", static (ref c, _, ref v) => v.Set((Flags(ref c) & WriteOnly) != 0)),
        Declare.Flag("evt.is_open_exec", "Is Created With Execute Permissions", Event, "True when open or creat may make a file and its mode allows somebody to execute it.", static (ref c, _, ref v) => v.Set(MakesExecutable(ref c))),
        Declare.Flag("evt.is_open_create", "Is Created", Event, "True when open or one of its kin made the file.", static (ref c, _, ref v) => v.Set(Made(ref c))),
    ];

    private static uint Flags(ref EventContext context) => context.Event.Type switch
    {
        EventType.SyscallOpenX => (uint)context.Event.Uint(EventParams.SyscallOpenX.Flags),
        EventType.SyscallOpenat_2X => (uint)context.Event.Uint(EventParams.SyscallOpenat_2X.Flags),
        EventType.SyscallOpenat2X => (uint)context.Event.Uint(EventParams.SyscallOpenat2X.Flags),
        EventType.SyscallOpenByHandleAtX => (uint)context.Event.Uint(EventParams.SyscallOpenByHandleAtX.Flags),
        _ => 0,
    };

    private static bool MakesExecutable(ref EventContext context) => context.Event.Type switch
    {
        EventType.SyscallOpenX => MakesExecutable(ref context, EventParams.SyscallOpenX.Mode),
        EventType.SyscallOpenat_2X => MakesExecutable(ref context, EventParams.SyscallOpenat_2X.Mode),
        EventType.SyscallOpenat2X => MakesExecutable(ref context, EventParams.SyscallOpenat2X.Mode),
        EventType.SyscallCreatX => (context.Event.Uint(EventParams.SyscallCreatX.Mode) & AnyExecute) != 0,
        _ => false,
    };

    private static bool MakesExecutable(ref EventContext context, int mode) =>
        (Flags(ref context) & (Create | TemporaryFile)) != 0 && (context.Event.Uint(mode) & AnyExecute) != 0;

    private static bool Made(ref EventContext context)
    {
        var flags = Flags(ref context);
        return (flags & WasCreated) != 0 || ((flags & TemporaryFile) != 0 && ReturnValue.TryGet(ref context, out var result) && result >= 0);
    }
}
