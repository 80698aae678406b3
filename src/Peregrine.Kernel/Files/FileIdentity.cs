using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Files;

/// <summary>Which file a path leads to and when it was last touched: two looks that give the same found the same content.</summary>
/// <param name="Device">Of the file system.</param>
/// <param name="Inode">Within it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When the content changed, ns since the epoch.</param>
/// <param name="Changed">When the content, owner, mode or name changed, ns since the epoch.</param>
/// <param name="IsDirectory">Whether it is a folder.</param>
public readonly record struct FileIdentity(uint Device, ulong Inode, ulong Size, ulong Modified, ulong Changed, bool IsDirectory)
{
    /// <summary>Whether it is a unix socket.</summary>
    public bool IsSocket { get; private init; }

    /// <summary>What is at the path, links followed; null when nothing is, or nothing that may be seen.</summary>
    public static FileIdentity? Of(string path) => StatX.At(path, 0) is { } found
        ? new FileIdentity(found.Device, found.Inode, found.Size, found.Modified.Epoch, found.Changed.Epoch, found.Kind == FileKind.Directory) { IsSocket = found.Kind == FileKind.Socket }
        : null;
}
