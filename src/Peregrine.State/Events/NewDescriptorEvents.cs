using Peregrine.Events;

namespace Peregrine.State;

/// <summary>Descriptors that are neither files nor sockets: pipes, eventfd, epoll, timers, memfd, pidfd, bpf, io_uring…</summary>
internal static class NewDescriptorEvents
{
    private const uint CloseOnExec = 0x1000;

    /// <summary>EPOLL_CLOEXEC and MFD_CLOEXEC as the schema numbers them.</summary>
    private const uint CloseOnExecOne = 1;

    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallPipeX] = static (s, ref c) => Pipe(s, ref c, 0);
        handlers[(int)EventType.SyscallPipe2X] = static (s, ref c) => Pipe(s, ref c, (uint)c.Event.Uint(EventParams.SyscallPipe2X.Flags));
        handlers[(int)EventType.SyscallEventfdX] = static (s, ref c) => Add(s, ref c, FdType.EventFd, false);
        handlers[(int)EventType.SyscallEventfd2X] = static (s, ref c) => Add(s, ref c, FdType.EventFd, Has(ref c, EventParams.SyscallEventfd2X.Flags, CloseOnExec));
        handlers[(int)EventType.SyscallSignalfdX] = static (s, ref c) => Add(s, ref c, FdType.SignalFd, false);
        handlers[(int)EventType.SyscallSignalfd4X] = static (s, ref c) => Add(s, ref c, FdType.SignalFd, Has(ref c, EventParams.SyscallSignalfd4X.Flags, CloseOnExec));
        handlers[(int)EventType.SyscallTimerfdCreateX] = static (s, ref c) => Add(s, ref c, FdType.TimerFd, false);
        handlers[(int)EventType.SyscallInotifyInitX] = static (s, ref c) => Add(s, ref c, FdType.Inotify, false);
        handlers[(int)EventType.SyscallInotifyInit1X] = static (s, ref c) => Add(s, ref c, FdType.Inotify, Has(ref c, EventParams.SyscallInotifyInit1X.Flags, CloseOnExec));
        handlers[(int)EventType.SyscallEpollCreateX] = static (s, ref c) => Add(s, ref c, FdType.EventPoll, false);
        handlers[(int)EventType.SyscallEpollCreate1X] = static (s, ref c) => Add(s, ref c, FdType.EventPoll, Has(ref c, EventParams.SyscallEpollCreate1X.Flags, CloseOnExecOne));
        handlers[(int)EventType.SyscallUserfaultfdX] = static (s, ref c) => Add(s, ref c, FdType.Userfaultfd, Has(ref c, EventParams.SyscallUserfaultfdX.Flags, CloseOnExec));
        handlers[(int)EventType.SyscallIoUringSetupX] = static (s, ref c) => Add(s, ref c, FdType.IoUring, true);
        handlers[(int)EventType.SyscallBpf_2X] = Bpf;
        handlers[(int)EventType.SyscallMemfdCreateX] = Memfd;
        handlers[(int)EventType.SyscallPidfdOpenX] = PidfdOpen;
        handlers[(int)EventType.SyscallPidfdGetfdX] = PidfdGetfd;
    }

    private static bool Has(ref EventContext context, int param, uint flag) => ((uint)context.Event.Uint(param) & flag) != 0;

    private static FdEntry? Add(StateEngine state, ref EventContext context, FdType type, bool closeOnExec)
    {
        var number = context.Event.Int(0, -1);
        if (context.Thread is not { } thread || number < 0) return null;
        var entry = state.FdPool.Rent();
        entry.Type = type;
        if (closeOnExec) entry.Flags = FdFlags.CloseOnExec;
        NewDescriptors.Add(ref context, thread, number, entry);
        return entry;
    }

    private static void Pipe(StateEngine state, ref EventContext context, uint flags)
    {
        var e = context.Event;
        if (context.Thread is not { } thread || e.Int(EventParams.SyscallPipeX.Res, -1) < 0) return;
        for (var param = EventParams.SyscallPipeX.Fd1; param <= EventParams.SyscallPipeX.Fd2; param++)
        {
            var entry = state.FdPool.Rent();
            entry.Type = FdType.Fifo;
            entry.OpenFlags = flags;
            entry.Inode = e.Uint(EventParams.SyscallPipeX.Ino);
            if ((flags & CloseOnExec) != 0) entry.Flags = FdFlags.CloseOnExec;
            NewDescriptors.Add(ref context, thread, e.Int(param, -1), entry);
        }
    }

    /// <summary>Only some commands give a descriptor; for the others the result 0 is plain success.</summary>
    private static void Bpf(StateEngine state, ref EventContext context)
    {
        switch (context.Event.Int(EventParams.SyscallBpf_2X.Cmd, -1))
        {
            case 0: // map create
            case 5: // program load
            case 7: // object get
            case 13 or 14 or 19 or 30: // get by id: program, map, BTF, link
            case 17: // raw tracepoint open
            case 18: // BTF load
            case 28: // link create
            case 32 or 33: // enable statistics, iterator create
                Add(state, ref context, FdType.Bpf, true);
                break;
        }
    }

    private static void Memfd(StateEngine state, ref EventContext context)
    {
        if (Add(state, ref context, FdType.Memfd, Has(ref context, EventParams.SyscallMemfdCreateX.Flags, CloseOnExecOne)) is { } entry)
            entry.Name = state.Names.Intern(context.Event.Text(EventParams.SyscallMemfdCreateX.Name));
    }

    private static void PidfdOpen(StateEngine state, ref EventContext context)
    {
        var pid = context.Event.Int(EventParams.SyscallPidfdOpenX.Pid);
        // The number is of the caller's pid namespace.
        if (context.Thread is { IsInPidNamespace: true }) pid = 0;
        if (Add(state, ref context, FdType.Pidfd, true) is { } entry) entry.PidfdTarget = pid;
    }

    /// <summary>A copy of a descriptor of another process.</summary>
    private static void PidfdGetfd(StateEngine state, ref EventContext context)
    {
        var e = context.Event;
        var number = e.Int(EventParams.SyscallPidfdGetfdX.Fd, -1);
        if (context.Thread is not { } thread || number < 0) return;
        var target = thread.Fds.Find(e.Int(EventParams.SyscallPidfdGetfdX.PidFd, -1))?.PidfdTarget ?? 0;
        if (state.FindOrLookUp(target)?.Fds.Find(e.Int(EventParams.SyscallPidfdGetfdX.TargetFd, -1)) is not { } original) return;
        var copy = state.FdPool.Copy(original);
        copy.Flags |= FdFlags.CloseOnExec;
        NewDescriptors.Add(ref context, thread, number, copy);
    }
}
