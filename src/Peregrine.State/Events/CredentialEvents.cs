using Peregrine.Events;

namespace Peregrine.State;

/// <summary>setuid and its kin, capset. What fields show is the effective id.</summary>
internal static class CredentialEvents
{
    /// <summary>All capabilities that exist, up to CAP_CHECKPOINT_RESTORE (40).</summary>
    private const ulong AllCapabilities = (1UL << 41) - 1;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallSetuidX] = static (s, ref c) => SetUid(s, ref c, EventParams.SyscallSetuidX.Uid);
        handlers[(int)EventType.SyscallSetreuidX] = static (s, ref c) => SetUid(s, ref c, EventParams.SyscallSetreuidX.Euid);
        handlers[(int)EventType.SyscallSetresuidX] = static (s, ref c) => SetUid(s, ref c, EventParams.SyscallSetresuidX.Euid);
        handlers[(int)EventType.SyscallSetgidX] = static (s, ref c) => SetGid(s, ref c, EventParams.SyscallSetgidX.Gid);
        handlers[(int)EventType.SyscallSetregidX] = static (s, ref c) => SetGid(s, ref c, EventParams.SyscallSetregidX.Egid);
        handlers[(int)EventType.SyscallSetresgidX] = static (s, ref c) => SetGid(s, ref c, EventParams.SyscallSetresgidX.Egid);
        handlers[(int)EventType.SyscallCapsetX] = Capset;
    }

    /// <summary>The first thread of a new user namespace has every capability in it.</summary>
    public static void GiveAll(ThreadEntry thread)
    {
        (thread.CapEffective, thread.CapPermitted, thread.CapInheritable) = (AllCapabilities, AllCapabilities, AllCapabilities);
        thread.Version++;
    }

    private static void SetUid(StateEngine state, ref EventContext context, int param)
    {
        if (!TryReadId(state, ref context, param, isGroup: false, context.Thread?.Uid ?? 0, out var uid)) return;
        context.Thread!.Uid = uid;
        context.Thread.Version++;
    }

    private static void SetGid(StateEngine state, ref EventContext context, int param)
    {
        if (!TryReadId(state, ref context, param, isGroup: true, context.Thread?.Gid ?? 0, out var gid)) return;
        context.Thread!.Gid = gid;
        context.Thread.Version++;
    }

    /// <summary>The id that a call that went well has set, as the host numbers it: in a user namespace the call names another. False when nothing changes.</summary>
    private static bool TryReadId(StateEngine state, ref EventContext context, int param, bool isGroup, uint current, out uint id)
    {
        id = (uint)context.Event.Uint(param, uint.MaxValue);
        // All ones: leave it as it is.
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0 || id == uint.MaxValue || id == current) return false;
        if (state.Options.LookUpUnknown) id = state.ToHostId(id, isGroup, thread.Tid);
        return id != current;
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
