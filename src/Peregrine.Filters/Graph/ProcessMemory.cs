using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// What a set of conditions has found out about a process. Hangs on the thread's entry and is good for as long as nothing changed that its answers depend on: the thread, the main thread of its
/// process, the container and what was said of it, and the ancestors.
/// </summary>
internal sealed class ProcessMemory(ConditionSet owner, int slots, int programs, int maskWords) : AnswerMemory(owner, slots, programs, maskWords)
{
    private ProcessStamp _stamp;

    /// <summary>The memory of the event's thread, empty if something changed since; null when the event has no thread.</summary>
    public static ProcessMemory? Of(ref EventContext context, ConditionSet owner)
    {
        if (context.Thread is not { } thread) return null;
        if (thread.Memory is not ProcessMemory memory || !memory.BelongsTo(owner)) thread.Memory = memory = owner.NewProcessMemory();
        var stamp = context.State.StampOf(thread);
        if (memory._stamp == stamp) return memory;
        memory._stamp = stamp;
        memory.Forget();
        return memory;
    }
}
