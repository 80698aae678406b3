using Peregrine.State;

namespace Peregrine.Filters.Rendering;

/// <summary>The directory that a relative path of an event starts from.</summary>
public static class Directories
{
    /// <summary><c>AT_FDCWD</c>: the working directory.</summary>
    public const long CurrentDirectory = -100;

    /// <summary>The path of a directory descriptor, or of the working directory.</summary>
    public static ReadOnlySpan<byte> Of(scoped ref EventContext context, long fd)
    {
        if (context.Thread is not { } thread) return "<UNKNOWN>"u8;
        if (fd == CurrentDirectory) return thread.Cwd;
        return thread.Fds.Find(fd) is { } entry ? entry.Name : "<UNKNOWN>"u8;
    }
}
