using System.Numerics;
using System.Runtime.Intrinsics;

namespace Peregrine.State;

/// <summary>Makes paths absolute and plain without asking the file system: joins, drops <c>//</c> and <c>.</c>, takes back <c>..</c>.</summary>
public static class PathText
{
    /// <summary>What stands for the directory of a descriptor that is not known.</summary>
    public static ReadOnlySpan<byte> UnknownDirectory => "<UNKNOWN>"u8;

    /// <summary>The most bytes that <see cref="Join"/> can need.</summary>
    public static int MaxLength(int directory, int path) => directory + path + 1;

    /// <summary>
    /// Writes <paramref name="path"/>, taken from <paramref name="directory"/> when it is relative, into <paramref name="output"/> and returns the length.
    /// A path that leads above the root stays at the root; one that is relative in the end keeps its leading <c>..</c>. There is no final slash but for the root.
    /// </summary>
    public static int Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path, Span<byte> output)
    {
        if (path.Length > 0 && path[0] == '/') directory = default;
        if (TryJoinPlain(directory, path, output, out var joined)) return joined;
        var start = directory.Length > 0 ? directory : path;
        var absolute = start.Length > 0 && start[0] == '/';
        var length = 0;
        if (absolute) output[length++] = (byte)'/';
        var floor = length;
        Append(directory, output, ref length, ref floor, absolute);
        Append(path, output, ref length, ref floor, absolute);
        return length;
    }

    /// <summary>Everything before the last slash; <c>/</c> for names in the root.</summary>
    public static ReadOnlySpan<byte> Directory(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return slash < 0 ? default : slash == 0 ? path[..1] : path[..slash];
    }

    /// <summary>
    /// Whether joining has nothing to take out of a path: it is not empty, has no <c>//</c>, does not end with a slash, and no part of it is <c>.</c> or begins with <c>..</c>.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[^1] == '/' || IsDots(path, 0)) return false;
        var i = 0;
        if (Vector128.IsHardwareAccelerated && path.Length > Vector128<byte>.Count)
        {
            var slash = Vector128.Create((byte)'/');
            var dot = Vector128.Create((byte)'.');
            // Each look takes 16 bytes and those behind them; the last one reaches back to the end.
            for (var last = path.Length - Vector128<byte>.Count - 1; ; i = Math.Min(i + Vector128<byte>.Count, last))
            {
                var here = Vector128.Create(path[i..]);
                var next = Vector128.Create(path[(i + 1)..]);
                var begins = Vector128.Equals(here, slash);
                if ((begins & Vector128.Equals(next, slash)) != Vector128<byte>.Zero) return false;
                for (var dots = (begins & Vector128.Equals(next, dot)).ExtractMostSignificantBits(); dots != 0; dots &= dots - 1)
                    if (IsDots(path, i + BitOperations.TrailingZeroCount(dots) + 1)) return false;
                if (i == last) return true;
            }
        }
        for (; i + 1 < path.Length; i++)
            if (path[i] == '/' && (path[i + 1] == '/' || IsDots(path, i + 1))) return false;
        return true;
    }

    /// <summary>Whether the part that begins there is <c>.</c> or begins with <c>..</c>: hidden files are none of these.</summary>
    private static bool IsDots(ReadOnlySpan<byte> path, int start) =>
        path[start] == '.' && (start + 1 == path.Length || path[start + 1] is (byte)'/' or (byte)'.');

    /// <summary>What nearly all paths are: nothing has to be taken out of them.</summary>
    private static bool TryJoinPlain(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path, Span<byte> output, out int length)
    {
        length = path.Length;
        if (!IsPlain(path)) return false;
        if (directory.Length > 0)
        {
            var trunk = directory[^1] == '/' ? directory[..^1] : directory;
            if (!trunk.IsEmpty && !IsPlain(trunk)) return false;
            trunk.CopyTo(output);
            output[trunk.Length] = (byte)'/';
            output = output[(trunk.Length + 1)..];
            length += trunk.Length + 1;
        }
        path.CopyTo(output);
        return true;
    }

    /// <summary>Adds the parts of a path. Below <paramref name="floor"/>, <c>..</c> takes nothing back: that is the root, or the leading <c>..</c> of a relative path.</summary>
    private static void Append(ReadOnlySpan<byte> path, Span<byte> output, ref int length, ref int floor, bool absolute)
    {
        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (name.IsEmpty || name.SequenceEqual("."u8)) continue;
            var up = name.SequenceEqual(".."u8);
            if (up && length > floor)
            {
                var last = output[floor..length].LastIndexOf((byte)'/');
                length = last < 0 ? floor : floor + last;
                continue;
            }
            if (up && absolute) continue;
            if (length > 0 && output[length - 1] != '/') output[length++] = (byte)'/';
            name.CopyTo(output[length..]);
            length += name.Length;
            if (up) floor = length;
        }
    }
}
