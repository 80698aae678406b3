using Peregrine.Events;

namespace Peregrine.State;

/// <summary>close, close_range, dup and its kin, fcntl.</summary>
internal static class DescriptorEvents
{
    private const uint CloseOnExec = 0x1000;
    private const long FDupfd = 1;
    private const long FSetfd = 3;
    private const long FDupfdCloexec = 26;
    private const uint CloseRangeUnshare = 2;
    private const uint CloseRangeCloexec = 4;
    private const long Eintr = -4;
    private const long Eio = -5;
    private const long Ebadf = -9;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallCloseX] = Close;
        handlers[(int)EventType.SyscallCloseRangeX] = CloseRange;
        handlers[(int)EventType.SyscallDup_1X] = static (s, ref c) => Duplicate(s, ref c, false);
        handlers[(int)EventType.SyscallDup2X] = static (s, ref c) => Duplicate(s, ref c, false);
        handlers[(int)EventType.SyscallDup3X] = static (s, ref c) => Duplicate(s, ref c, ((uint)c.Event.Uint(EventParams.SyscallDup3X.Flags) & CloseOnExec) != 0);
        handlers[(int)EventType.SyscallFcntlX] = Fcntl;
    }

    private static void Close(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Fd is null) return;
        // The kernel frees the number even when writing back fails or is interrupted; one that is not open must not be in the table.
        if (context.Event.Int(EventParams.SyscallCloseX.Res, -1) is >= 0 or Eintr or Eio or Ebadf) state.CloseLater(thread.Fds, context.FdNumber);
    }

    private static void CloseRange(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (context.Thread is not { } thread || e.Int(EventParams.SyscallCloseRangeX.Res, -1) < 0) return;
        var flags = (uint)e.Uint(EventParams.SyscallCloseRangeX.Flags);
        var first = (long)e.Uint(EventParams.SyscallCloseRangeX.First);
        var last = (long)e.Uint(EventParams.SyscallCloseRangeX.Last);
        if ((flags & CloseRangeUnshare) != 0)
        {
            if (thread.Group.ThreadCount > 1) thread.OwnFds ??= thread.Group.Fds.Fork();
            else thread.Group.UnshareFds();
        }
        if ((flags & CloseRangeCloexec) != 0) thread.Fds.SetCloseOnExec(first, last);
        else thread.Fds.RemoveRange(first, last);
    }

    private static void Duplicate(StateEngine state, ref EventContext context, bool closeOnExec)
    {
        var number = context.Event.Int(0, -1);
        if (context.Thread is not { } thread || number < 0) return;
        var old = context.FdNumber;
        context.FdNumber = number;
        if (old == number) return;
        if (context.Fd is not { } original)
        {
            thread.Fds.Remove(number, out _);
            return;
        }
        if (original.IsCloseOnExec == closeOnExec)
        {
            thread.Fds.Set(number, original);
            return;
        }
        var copy = state.FdPool.Copy(original);
        copy.Flags = closeOnExec ? copy.Flags | FdFlags.CloseOnExec : copy.Flags & ~FdFlags.CloseOnExec;
        thread.Fds.Set(number, copy);
        context.Fd = copy;
    }

    private static void Fcntl(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        if (context.Thread is not { } thread || e.Int(EventParams.SyscallFcntlX.Res, -1) < 0) return;
        switch (e.Int(EventParams.SyscallFcntlX.Cmd))
        {
            case FDupfd:
                Duplicate(state, ref context, false);
                break;
            case FDupfdCloexec:
                Duplicate(state, ref context, true);
                break;
            case FSetfd:
                var on = (e.Uint(EventParams.SyscallFcntlX.Arg) & 1) != 0;
                if (!on && !state.Options.HasFcntlArguments) break;
                thread.Fds.SetCloseOnExec(context.FdNumber, on);
                context.Fd = thread.Fds.Find(context.FdNumber);
                break;
        }
    }
}
