using Peregrine.Events;
using Peregrine.State;
using static Peregrine.Filters.FieldScope;

namespace Peregrine.Filters.Fields;

/// <summary>Fields of the class user. What the user database does not tell is <c>&lt;NA></c>.</summary>
internal static class UserFields
{
    public static readonly Field[] All =
    [
        Declare.Id("user.uid", ParamType.Uint32, "User ID", Process, "Id of the user that the process runs as.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(t.Uid)),
        Declare.Text("user.name", "User Name", Event, "Name of that user.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(OrUnknown(Accounts.User(ref c, t.Uid) is { } u ? u.Name : default))),
        Declare.Text("user.homedir", "Home Directory", Event, "Home directory of that user.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(OrUnknown(Accounts.User(ref c, t.Uid) is { } u ? u.HomeDir : default))),
        Declare.Text("user.shell", "Shell", Event, "Login shell of that user.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(OrUnknown(Accounts.User(ref c, t.Uid) is { } u ? u.Shell : default))),
        Declare.Id("user.loginuid", ParamType.Int64, "Login User ID", Process, "Id of the user who logged in, which stays the same through su and sudo; -1 when nobody did.", static (ref c, _, ref v) => c.Thread is { } t && v.Set(LoginUid(t))),
        Declare.Text("user.loginname", "Login User Name", Event, "Name of the user who logged in.", static (ref c, _, ref v) =>
            c.Thread is { } t && v.Set(OrUnknown(LoginUid(t) >= 0 && Accounts.User(ref c, t.LoginUid) is { } u ? u.Name : default))),
    ];

    private static long LoginUid(ThreadEntry thread) => unchecked((int)thread.LoginUid);

    private static ReadOnlySpan<byte> OrUnknown(ReadOnlySpan<byte> text) => text.IsEmpty ? "<NA>"u8 : text;
}
