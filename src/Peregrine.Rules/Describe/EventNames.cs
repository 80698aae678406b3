using Peregrine.Events;
using Peregrine.Filters;

namespace Peregrine.Rules;

/// <summary>The names of the events for which a condition may hold. The two codes of system calls without an event of their own are named by those calls.</summary>
internal static class EventNames
{
    public static SortedSet<string> Of(Rule rule) => Of(rule.EventTypes, rule.Syscalls);

    public static SortedSet<string> Of(ConditionNode condition)
    {
        try
        {
            return Of(EventTypeInference.Infer(condition).Append(EventType.AsynceventE), EventTypeInference.InferSyscalls(condition));
        }
        catch (FilterException)
        {
            // A macro that only makes sense inside a rule of another source.
            return [];
        }
    }

    private static SortedSet<string> Of(IEnumerable<EventType> types, IEnumerable<SyscallCode> syscalls)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in types)
            if (!IsGeneric(type)) names.Add(EventSchema.Get(type).Name);
        foreach (var code in syscalls)
        {
            var syscall = EventSchema.Get(code);
            foreach (var type in syscall.Events) names.Add(IsGeneric(type) ? syscall.Name : EventSchema.Get(type).Name);
        }
        return names;
    }

    private static bool IsGeneric(EventType type) => type is EventType.GenericE or EventType.GenericX;
}
