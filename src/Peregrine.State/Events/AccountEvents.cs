using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Users and groups that were found or went while a capture was made.</summary>
internal static class AccountEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.UserAddedE] = UserAdded;
        handlers[(int)EventType.UserDeletedE] = UserDeleted;
        handlers[(int)EventType.GroupAddedE] = GroupAdded;
        handlers[(int)EventType.GroupDeletedE] = GroupDeleted;
    }

    private static void UserAdded(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (!TryPlace(state, e.Text(EventParams.UserAddedE.ContainerId), out var place)) return;
        state.Users.Add(new UserEntry((uint)e.Uint(EventParams.UserAddedE.Uid), (uint)e.Uint(EventParams.UserAddedE.Gid),
            state.Names.Intern(e.Text(EventParams.UserAddedE.Name)), state.Names.Intern(e.Text(EventParams.UserAddedE.Home)), state.Names.Intern(e.Text(EventParams.UserAddedE.Shell))), place);
    }

    private static void UserDeleted(StateEngine state, ref EventContext context)
    {
        if (TryPlace(state, context.Event.Text(EventParams.UserDeletedE.ContainerId), out var place)) state.Users.RemoveUser((uint)context.Event.Uint(EventParams.UserDeletedE.Uid), place);
    }

    private static void GroupAdded(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (TryPlace(state, e.Text(EventParams.GroupAddedE.ContainerId), out var place))
            state.Users.Add(new GroupEntry((uint)e.Uint(EventParams.GroupAddedE.Gid), state.Names.Intern(e.Text(EventParams.GroupAddedE.Name))), place);
    }

    private static void GroupDeleted(StateEngine state, ref EventContext context)
    {
        if (TryPlace(state, context.Event.Text(EventParams.GroupDeletedE.ContainerId), out var place)) state.Users.RemoveGroup((uint)context.Event.Uint(EventParams.GroupDeletedE.Gid), place);
    }

    /// <summary>The container that the event names; null for the host. False when no thread was seen in it.</summary>
    private static bool TryPlace(StateEngine state, ReadOnlySpan<byte> id, out ContainerEntry? place)
    {
        place = null;
        return !Texts.IsKnown(id) || id.SequenceEqual("host"u8) || (place = state.Containers.Find(id)) is not null;
    }
}
