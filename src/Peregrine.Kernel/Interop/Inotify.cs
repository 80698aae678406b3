using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The C library's functions that watching files needs.</summary>
internal static unsafe partial class Inotify
{
    /// <summary>A file was written and closed, came, went, or its owner or mode changed; the folder itself went.</summary>
    internal const uint Changes = CloseWrite | Attributes | MovedFrom | MovedTo | Create | Delete | DeleteSelf | MoveSelf;

    internal const uint OnlyDirectories = 0x0100_0000;

    private const uint Attributes = 0x004;
    private const uint CloseWrite = 0x008;
    private const uint MovedFrom = 0x040;
    private const uint MovedTo = 0x080;
    private const uint Create = 0x100;
    private const uint Delete = 0x200;
    private const uint DeleteSelf = 0x400;
    private const uint MoveSelf = 0x800;

    [LibraryImport("libc.so.6", EntryPoint = "inotify_init1", SetLastError = true)]
    internal static partial int Init(int flags);

    [LibraryImport("libc.so.6", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Add(int fd, string path, uint mask);

    [LibraryImport("libc.so.6", EntryPoint = "inotify_rm_watch")]
    internal static partial int Remove(int fd, int watch);

    [LibraryImport("libc.so.6", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    internal struct PollEntry
    {
        public const short In = 1;
        public const short Out = 4;

        public int Fd;
        public short Events;
        public short Ready;
    }
}
