using Peregrine.Events;

namespace Peregrine.State;

/// <summary>The step of every event type. Immutable.</summary>
internal static class EventSteps
{
    private static readonly EventStep[] Steps = Build();

    /// <summary>By the codes of the types.</summary>
    public static EventStep[] All => Steps;

    private static EventStep[] Build()
    {
        var handlers = new EventHandler?[EventSchema.Count];
        CloneEvents.Register(handlers);
        ExecEvents.Register(handlers);
        ProcessEvents.Register(handlers);
        CredentialEvents.Register(handlers);
        DirectoryEvents.Register(handlers);
        OpenEvents.Register(handlers);
        DescriptorEvents.Register(handlers);
        NewDescriptorEvents.Register(handlers);
        SocketEvents.Register(handlers);
        TrafficEvents.Register(handlers);
        AccountEvents.Register(handlers);
        ContainerEvents.Register(handlers);
        SnapshotEvents.Register(handlers);
        ListedSocketEvents.Register(handlers);
        SchedulerEvents.Register(handlers);
        var steps = new EventStep[handlers.Length];
        for (var i = 0; i < steps.Length; i++) steps[i] = Describe(EventSchema.Get((EventType)i), handlers[i]);
        return steps;
    }

    private static EventStep Describe(EventInfo info, EventHandler? handler)
    {
        var first = info.Params.Length > 0 ? info.Params[0] : null;
        return new EventStep
        {
            Handler = handler,
            Subject = Subject(info),
            FdParam = info.Has(EventFlags.UsesFd) ? (sbyte)FdParam(info) : (sbyte)-1,
            HasResult = !info.IsEnter && first is not null && (first.Name == "res" || first.Type == ParamType.Fd),
            IsClone = info.Type is EventType.SyscallClone_20X or EventType.SyscallFork_20X or EventType.SyscallVfork_20X or EventType.SyscallClone3X,
            IsAboutMachine = (info.Category & EventCategory.Metaevent) != 0,
        };
    }

    private static EventSubject Subject(EventInfo info) => info.Type switch
    {
        EventType.Schedswitch_6E or EventType.Procexit_1E or EventType.ProcexitE => EventSubject.KnownThread,
        EventType.AsynceventE or EventType.ContainerJson_2E or EventType.ContainerE or EventType.ContainerJsonE => EventSubject.KnownThread,
        EventType.UserAddedE or EventType.UserDeletedE or EventType.GroupAddedE or EventType.GroupDeletedE => EventSubject.KnownThread,
        EventType.PlugineventE => EventSubject.None,
        _ when (info.Category & EventCategory.Iter) != 0 => EventSubject.None,
        _ when info.Has(EventFlags.Skipparsereset) => EventSubject.KnownThread,
        _ => EventSubject.Thread,
    };

    /// <summary>The descriptor that the event is about: the one called so, else the directory or the first of two.</summary>
    private static int FdParam(EventInfo info)
    {
        ReadOnlySpan<string> names = ["fd", "oldfd", "dirfd", "linkdirfd", "fd_in", "fdout", "out_fd", "fd1"];
        foreach (var name in names)
            for (var i = info.IsEnter ? 0 : 1; i < info.Params.Length; i++)
                if (info.Params[i].Name == name) return i;
        return -1;
    }
}
