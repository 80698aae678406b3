using Peregrine.Events;

namespace Peregrine.State;

/// <summary>setuid and its kin, capset. What fields show is the effective id.</summary>
internal static class CredentialEvents
{
    /// <summary>All capabilities that exist, up to CAP_CHECKPOINT_RESTORE (40).</summary>
    private const ulong AllCapabilities = (1UL << 41) - 1;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallSetuidX] = static (s, ref c) => SetUid(ref c, EventParams.SyscallSetuidX.Uid);
        handlers[(int)EventType.SyscallSetreuidX] = static (s, ref c) => SetUid(ref c, EventParams.SyscallSetreuidX.Euid);
        handlers[(int)EventType.SyscallSetresuidX] = static (s, ref c) => SetUid(ref c, EventParams.SyscallSetresuidX.Euid);
        handlers[(int)EventType.SyscallSetgidX] = static (s, ref c) => SetGid(ref c, EventParams.SyscallSetgidX.Gid);
        handlers[(int)EventType.SyscallSetregidX] = static (s, ref c) => SetGid(ref c, EventParams.SyscallSetregidX.Egid);
        handlers[(int)EventType.SyscallSetresgidX] = static (s, ref c) => SetGid(ref c, EventParams.SyscallSetresgidX.Egid);
        handlers[(int)EventType.SyscallCapsetX] = Capset;
    }

    /// <summary>The first thread of a new user namespace has every capability in it.</summary>
    public static void GiveAll(ThreadEntry thread)
    {
        (thread.CapEffective, thread.CapPermitted, thread.CapInheritable) = (AllCapabilities, AllCapabilities, AllCapabilities);
        thread.Version++;
    }

    private static void SetUid(ref EventContext context, int param)
    {
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0) return;
        // All ones: leave it as it is.
        var uid = (uint)context.Event.Uint(param, uint.MaxValue);
        if (uid == uint.MaxValue || uid == thread.Uid) return;
        thread.Uid = uid;
        thread.Version++;
    }

    private static void SetGid(ref EventContext context, int param)
    {
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0) return;
        var gid = (uint)context.Event.Uint(param, uint.MaxValue);
        if (gid == uint.MaxValue || gid == thread.Gid) return;
        thread.Gid = gid;
        thread.Version++;
    }

    private static void Capset(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(EventParams.SyscallCapsetX.Res, -1) < 0) return;
        thread.CapInheritable = context.Event.Uint(EventParams.SyscallCapsetX.CapInheritable, thread.CapInheritable);
        thread.CapPermitted = context.Event.Uint(EventParams.SyscallCapsetX.CapPermitted, thread.CapPermitted);
        thread.CapEffective = context.Event.Uint(EventParams.SyscallCapsetX.CapEffective, thread.CapEffective);
        thread.Version++;
    }
}
