using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>Which events of a capture people get to see.</summary>
internal static class EventVisibility
{
    private static readonly bool[] Hidden = Build();

    /// <summary>Enter events of syscalls feed the state only: what they say is part of the exit event now.</summary>
    public static bool IsHidden(EventType type) => Hidden[(int)type];

    /// <summary>Users, groups and containers that a recorder writes in front of the first event, as part of the tables.</summary>
    public static bool IsInitialState(EventType type) => type is EventType.ContainerE or EventType.ContainerJsonE or EventType.ContainerJson_2E
        or EventType.UserAddedE or EventType.UserDeletedE or EventType.GroupAddedE or EventType.GroupDeletedE;

    private static bool[] Build()
    {
        var hidden = new bool[EventSchema.Count];
        foreach (var info in EventSchema.Events) hidden[(int)info.Type] = info.IsEnter && (info.Category & EventCategory.Syscall) != 0;
        return hidden;
    }
}
