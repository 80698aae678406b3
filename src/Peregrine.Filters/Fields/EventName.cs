using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>What <c>evt.type</c> prints: of calls without an event of their own the name of the call, of events put into the stream the name they carry.</summary>
internal static class EventName
{
    public static ReadOnlySpan<byte> Of(scoped ref EventContext context) => context.Event.Type switch
    {
        EventType.GenericX => Syscall(context.Event.Uint(EventParams.GenericX.ID), context.Event.Uint(EventParams.GenericX.NativeID, ulong.MaxValue)),
        EventType.GenericE => Syscall(context.Event.Uint(EventParams.GenericE.ID), ulong.MaxValue),
        EventType.AsynceventE => context.Event.Text(EventParams.AsynceventE.Name),
        _ => context.Event.Info.NameUtf8,
    };

    /// <summary>A call that was unknown when it was recorded may be known by its number now.</summary>
    private static ReadOnlySpan<byte> Syscall(ulong code, ulong native)
    {
        if (code == (ulong)SyscallCode.Unknown && native != ulong.MaxValue)
        {
            foreach (ref readonly var slot in EventSchema.SyscallTableX64)
            {
                if ((ulong)slot.Number != native) continue;
                code = (ulong)slot.Code;
                break;
            }
        }
        return code < (ulong)EventSchema.Syscalls.Length ? EventSchema.Syscalls[(int)code].NameUtf8 : "<unknown>"u8;
    }
}
