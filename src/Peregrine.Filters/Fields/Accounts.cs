using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Finds users and groups as the process of an event sees them.</summary>
internal static class Accounts
{
    public static UserEntry? User(ref EventContext context, uint uid) => context.Thread is { } thread ? context.State.Users.FindUser(uid, thread) : null;

    public static GroupEntry? Group(ref EventContext context, uint gid) => context.Thread is { } thread ? context.State.Users.FindGroup(gid, thread) : null;
}
