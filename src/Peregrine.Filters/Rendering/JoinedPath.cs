using System.Buffers;

namespace Peregrine.Filters.Rendering;

/// <summary>Paths as text: made absolute, without doubled slashes, <c>.</c> and <c>..</c>.</summary>
public static class JoinedPath
{
    public static bool IsAbsolute(ReadOnlySpan<byte> path) => path.Length > 0 && path[0] == (byte)'/';

    /// <summary>
    /// Appends the path below a directory, or the path alone when it is absolute, resolved as text: links are not followed, and <c>..</c> above the root stays at the root.
    /// A relative directory gives a relative path.
    /// </summary>
    public static void Append(ValueBuffer text, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path)
    {
        var size = directory.Length + path.Length + 2;
        var rented = size > 1024 ? ArrayPool<byte>.Shared.Rent(size) : null;
        var room = rented ?? stackalloc byte[1024];
        var written = 0;
        var absolute = IsAbsolute(path) || IsAbsolute(directory);
        if (absolute) room[written++] = (byte)'/';
        var root = written;
        if (!IsAbsolute(path)) Join(room, ref written, root, directory, absolute);
        Join(room, ref written, root, path, absolute);
        text.Append(room[..written]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Join(Span<byte> room, ref int written, int root, ReadOnlySpan<byte> path, bool absolute)
    {
        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var part = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (part.IsEmpty || part is [(byte)'.']) continue;
            if (part is [(byte)'.', (byte)'.'] && (absolute || HasParent(room[root..written])))
            {
                var last = room[root..written].LastIndexOf((byte)'/');
                written = last < 0 ? root : root + last;
                continue;
            }
            if (written > root) room[written++] = (byte)'/';
            part.CopyTo(room[written..]);
            written += part.Length;
        }
    }

    private static bool HasParent(ReadOnlySpan<byte> joined) => !joined.IsEmpty && !joined.EndsWith(".."u8);
}
