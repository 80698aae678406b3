namespace Peregrine.State;

/// <summary>Working directories, and what a path means from where.</summary>
internal static class Directories
{
    /// <summary>AT_FDCWD: relative to the working directory.</summary>
    public const long AtCwd = -100;

    /// <summary>The absolute, plain form of a path relative to a directory descriptor or the working directory. Valid until the next use of the engine's scratch room.</summary>
    public static ReadOnlySpan<byte> Resolve(StateEngine state, ThreadEntry thread, long directory, ReadOnlySpan<byte> path)
    {
        if (path.Length > 0 && path[0] == '/') return state.Scratch.Join(default, path);
        if (directory == AtCwd) return state.Scratch.Join(thread.Group.Cwd, path);
        var name = thread.Fds.Find(directory)?.Name;
        return state.Scratch.Join(name is { Length: > 0 } ? name : PathText.UnknownDirectory, path);
    }

    /// <summary>Moves the process to a directory, given absolute or relative to where it was.</summary>
    public static void Set(StateEngine state, ThreadGroup group, ReadOnlySpan<byte> path) =>
        group.Cwd = state.Names.Intern(state.Scratch.JoinDirectory(group.Cwd, path), group.Cwd);

    public static void SetUnlessUnknown(StateEngine state, ThreadGroup group, ReadOnlySpan<byte> path)
    {
        if (Texts.IsKnown(path)) Set(state, group, path);
    }
}
