using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The C library's functions that writing to the end of a file needs.</summary>
internal static unsafe partial class Appending
{
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int NoTerminal = 0x100;
    public const int Append = 0x400;

    /// <summary>Opened with the mode of new files, of which the process's mask takes away.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc.so.6", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc.so.6", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc.so.6", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int fd, long length);

    [LibraryImport("libc.so.6", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int fd);
}
