using Peregrine.Events;
using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// What a set of conditions has found out about a descriptor: a process reads and writes the same few files and sockets again and again. Hangs on the descriptor's entry and is good until that changes.
/// </summary>
internal sealed class DescriptorMemory(ConditionSet owner, int slots, int programs, int maskWords) : AnswerMemory(owner, slots, programs, maskWords)
{
    private DescriptorStamp _stamp;

    /// <summary>Whether events of the type use a descriptor that was there before, so that what is known of it is worth looking up.</summary>
    public static bool Serves(EventType type)
    {
        var flags = EventSchema.Get(type).Flags;
        return (flags & EventFlags.UsesFd) != 0 && (flags & (EventFlags.CreatesFd | EventFlags.DestroysFd)) == 0 && type != EventType.SocketConnectX;
    }

    /// <summary>
    /// The memory of the event's descriptor, empty if that changed since; null when the event has none that is known. A descriptor gets one with the second event that asks: most are opened, used once
    /// and closed.
    /// </summary>
    public static DescriptorMemory? Of(ref EventContext context, ConditionSet owner)
    {
        if (context.Fd is not { } fd || context.Thread is not { } thread) return null;
        var stamp = fd.StampFor(thread);
        if (fd.Memory is DescriptorMemory memory && memory.BelongsTo(owner))
        {
            if (memory._stamp == stamp) return memory;
            memory._stamp = stamp;
            memory.Forget();
            return memory;
        }
        if (fd.AskedVersion != fd.Version)
        {
            fd.AskedVersion = fd.Version;
            return null;
        }
        fd.Memory = memory = owner.NewDescriptorMemory();
        memory._stamp = stamp;
        return memory;
    }
}
