using System.Buffers;
using Peregrine.State;

namespace Peregrine.Filters.Rendering;

/// <summary>Appends paths that were made absolute and plain (see <see cref="PathText"/>) to a text.</summary>
public static class JoinedPath
{
    /// <summary>Nearly all paths fit on the stack.</summary>
    private const int StackLimit = 1024;

    public static bool IsAbsolute(ReadOnlySpan<byte> path) => path.Length > 0 && path[0] == (byte)'/';

    /// <summary>Appends the path below a directory, or the path alone when it is absolute.</summary>
    public static void Append(ValueBuffer text, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path)
    {
        var size = PathText.MaxLength(directory.Length, path.Length) + 1;
        var rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> room = rented ?? stackalloc byte[StackLimit];
        text.Append(room[..PathText.Join(directory, path, room)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }
}
