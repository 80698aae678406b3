using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>The words for event categories.</summary>
internal static class CategoryNames
{
    /// <summary>The bits that say where an event comes from, not what it is.</summary>
    private const EventCategory Origin = EventCategory.Syscall | EventCategory.Tracepoint | EventCategory.Plugin | EventCategory.Metaevent | EventCategory.Iter;

    /// <summary>The category without its origin.</summary>
    public static EventCategory Kind(EventCategory category) => category & ~Origin;

    public static ReadOnlySpan<byte> Of(scoped ref EventContext context) => Kind(context.Event.Info.Category) switch
    {
        EventCategory.Other => "other"u8,
        EventCategory.File => "file"u8,
        EventCategory.Net => "net"u8,
        EventCategory.Ipc => "IPC"u8,
        EventCategory.Memory => "memory"u8,
        EventCategory.Process => "process"u8,
        EventCategory.Sleep => "sleep"u8,
        EventCategory.System => "system"u8,
        EventCategory.Signal => "signal"u8,
        EventCategory.User => "user"u8,
        EventCategory.Time => "time"u8,
        EventCategory.Processing => "processing"u8,
        EventCategory.IoRead or EventCategory.IoWrite or EventCategory.IoOther => OfDescriptor(context.Fd),
        EventCategory.Wait => "wait"u8,
        EventCategory.Scheduler => "scheduler"u8,
        EventCategory.Internal => "internal"u8,
        _ => "unknown"u8,
    };

    private static ReadOnlySpan<byte> OfDescriptor(FdEntry? fd) => fd?.Type switch
    {
        FdType.File or FdType.FileV2 or FdType.Directory => "file"u8,
        FdType.Ipv4Socket or FdType.Ipv6Socket or FdType.Ipv4Listener or FdType.Ipv6Listener => "net"u8,
        FdType.Fifo or FdType.UnixSocket or FdType.EventFd or FdType.SignalFd or FdType.Inotify => "ipc"u8,
        _ => "unknown"u8,
    };
}
