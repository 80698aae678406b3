using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc.Descriptors;

/// <summary>Links of procfs to removed files end with <c> (deleted)</c>. Rules speak of the path, so the suffix goes, unless the file is really called so.</summary>
internal static class DeletedSuffix
{
    private static ReadOnlySpan<byte> Suffix => " (deleted)"u8;

    // A removed file has no names left, but for hard links elsewhere.
    public static ReadOnlySpan<byte> Remove(ReadOnlySpan<byte> link, uint links, ulong inode)
    {
        if (!link.EndsWith(Suffix)) return link;
        if (links != 0 && IsStillThere(link, inode)) return link;
        return link[..^Suffix.Length];
    }

    private static unsafe bool IsStillThere(ReadOnlySpan<byte> link, ulong inode)
    {
        if (link.Length > 4096) return false;
        Span<byte> path = stackalloc byte[link.Length + 1];
        link.CopyTo(path);
        path[^1] = 0;
        StatX stat;
        fixed (byte* at = path)
            return LibC.StatX(LibC.AtFdCwd, at, StatX.DoNotSync, StatX.Wanted, &stat) == 0 && stat.Inode == inode;
    }
}
