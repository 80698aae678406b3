namespace Peregrine.State;

/// <summary>Working directories, and what a path means from where.</summary>
internal static class Directories
{
    /// <summary>AT_FDCWD: relative to the working directory.</summary>
    public const long AtCwd = -100;

    /// <summary>The absolute, plain form of a path relative to a directory descriptor or the working directory. Valid as long as the path itself, and until the next use of the engine's scratch room.</summary>
    public static ReadOnlySpan<byte> Resolve(StateEngine state, ThreadEntry thread, long directory, ReadOnlySpan<byte> path)
    {
        if (path.Length > 0 && path[0] == '/') return PathText.IsPlain(path) ? path : state.Scratch.Join(default, path);
        if (directory == AtCwd) return state.Scratch.Join(thread.Cwd, path);
        var name = state.FindFd(thread, directory)?.Name;
        return state.Scratch.Join(name is { Length: > 0 } ? name : PathText.UnknownDirectory, path);
    }

    /// <summary>Moves all that share it to a directory, given absolute or relative to where they were.</summary>
    public static void Set(StateEngine state, WorkingDirectory directory, ReadOnlySpan<byte> path) =>
        directory.Path = state.Names.Intern(state.Scratch.JoinDirectory(directory.Path, path), directory.Path);

    public static void SetUnlessUnknown(StateEngine state, WorkingDirectory directory, ReadOnlySpan<byte> path)
    {
        if (Texts.IsKnown(path)) Set(state, directory, path);
    }

    /// <summary>Gives a thread a working directory that nobody else moves.</summary>
    public static void Unshare(ThreadEntry thread)
    {
        if (thread.OwnDirectory is not null) return;
        if (thread.Group.ThreadCount > 1) thread.OwnDirectory = thread.Group.Directory.Copy();
        else if (thread.Group.Directory.IsShared) thread.Group.Directory = thread.Group.Directory.Copy();
    }
}
