using Peregrine.State;

namespace Peregrine.Filters;

/// <summary>
/// What a set of conditions has found out about a process. Hangs on the thread's entry and is good for as long as nothing changed that its answers depend on: the thread, the main thread of its
/// process, the container and what was said of it, and the ancestors.
/// </summary>
internal sealed class ProcessMemory
{
    private readonly ConditionSet _owner;
    private readonly ulong[] _prepared;
    private ProcessStamp _stamp;

    public ProcessMemory(ConditionSet owner, int slots, int programs, int maskWords)
    {
        _owner = owner;
        Known = new ulong[(slots + 63) / 64];
        Values = new ulong[Known.Length];
        Excluded = new ulong[maskWords];
        _prepared = new ulong[(programs + 63) / 64];
    }

    /// <summary>A bit for each remembered part: whether its answer is known.</summary>
    public ulong[] Known { get; }

    /// <summary>The answers.</summary>
    public ulong[] Values { get; }

    /// <summary>The conditions that the process rules out, one mask after the other for the event types: see <see cref="TypeProgram"/>.</summary>
    public ulong[] Excluded { get; }

    /// <summary>Whether the program has already looked at the process's fields.</summary>
    public bool IsPrepared(int program) => (_prepared[program >> 6] & 1UL << program) != 0;

    public void SetPrepared(int program) => _prepared[program >> 6] |= 1UL << program;

    /// <summary>The memory of the event's thread, empty if something changed since; null when the event has no thread.</summary>
    public static ProcessMemory? Of(ref EventContext context, ConditionSet owner)
    {
        if (context.Thread is not { } thread) return null;
        if (thread.Memory is not ProcessMemory memory || !ReferenceEquals(memory._owner, owner)) thread.Memory = memory = owner.NewMemory();
        var stamp = context.State.StampOf(thread);
        if (memory._stamp == stamp) return memory;
        memory._stamp = stamp;
        Array.Clear(memory.Known);
        Array.Clear(memory.Values);
        Array.Clear(memory.Excluded);
        Array.Clear(memory._prepared);
        return memory;
    }
}
