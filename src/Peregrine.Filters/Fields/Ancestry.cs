using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Finds processes: the one of an event, its main thread, its ancestors.</summary>
internal static class Ancestry
{
    public static ThreadEntry? Find(ref EventContext context, long tid) => tid < 0 ? null : context.State.Threads.Find(tid);

    /// <summary>The parent of the event's thread.</summary>
    public static ThreadEntry? Parent(ref EventContext context) => context.Thread is { } thread ? context.State.Threads.Parent(thread) : null;

    /// <summary>The main thread of the event's process; null when it is not known.</summary>
    public static ThreadEntry? Main(ref EventContext context) => context.Thread is { } thread ? Main(thread) : null;

    public static ThreadEntry? Main(ThreadEntry thread) => thread.IsLeader ? thread : thread.Group.Leader;

    /// <summary>The ancestor so many generations up from the event's process; 0 is the process itself.</summary>
    public static ThreadEntry? Ancestor(ref EventContext context, long generations)
    {
        if (Main(ref context) is not { } main) return null;
        return generations == 0 ? main : context.State.Threads.Ancestor(main, generations);
    }
}
