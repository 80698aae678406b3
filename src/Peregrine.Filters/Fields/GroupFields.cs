using Peregrine.Events;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class group.</summary>
internal static class GroupFields
{
    public static readonly Field[] All =
    [
        Declare.Id("group.gid", ParamType.Uint32, "Group ID", Process, "Id of the group that the process runs as.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Gid)),
        Declare.Text("group.name", "Group Name", Event, "Name of that group; <NA> when the group database does not have it.", static (ref c, _, ref v) =>
            c.Thread is { } t && v.Set(Accounts.Group(ref c, t.Gid) is { Name.Length: > 0 } g ? g.Name : "<NA>"u8)),
    ];
}
