using Peregrine.Events;

namespace Peregrine.State;

/// <summary>chdir, fchdir, getcwd, chroot.</summary>
internal static class DirectoryEvents
{
    public static void Register(EventHandler?[] handlers)
    {
        handlers[(int)EventType.SyscallChdirX] = static (s, ref c) => Move(s, ref c, EventParams.SyscallChdirX.Path);
        handlers[(int)EventType.SyscallGetcwdX] = static (s, ref c) => Move(s, ref c, EventParams.SyscallGetcwdX.Path);
        handlers[(int)EventType.SyscallFchdirX] = Fchdir;
        handlers[(int)EventType.SyscallChrootX] = Chroot;
    }

    private static void Move(StateEngine state, ref EventContext context, int param)
    {
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0) return;
        Set(state, thread, context.Event.Text(param));
    }

    private static void Fchdir(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0 || context.Fd is not { } fd) return;
        Set(state, thread, fd.Name);
    }

    private static void Set(StateEngine state, ThreadEntry thread, ReadOnlySpan<byte> path)
    {
        var directory = thread.Directory;
        var before = directory.Path;
        Directories.SetUnlessUnknown(state, directory, path);
        if (ReferenceEquals(before, directory.Path)) return;
        if (directory.IsShared) state.Threads.AnyProcessChanged();
        for (var member = thread.Group.FirstThread; member is not null; member = member.NextInGroup) member.Version++;
    }

    private static void Chroot(StateEngine state, ref EventContext context)
    {
        if (context.Thread is not { } thread || context.Event.Int(0, -1) < 0) return;
        var path = context.Event.Text(EventParams.SyscallChrootX.Path);
        if (!Texts.IsKnown(path)) return;
        thread.Root = state.Names.Intern(Directories.Resolve(state, thread, Directories.AtCwd, path), thread.Root);
        thread.Version++;
    }
}
