using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Proc.Native;

/// <summary>
/// The system calls behind reading procfs. They work on bytes, because names on Linux are bytes: a link's target or a file's name need not be valid UTF-8, and .NET's own
/// file API loses such names. All return -1 on failure; a scan does not ask why, since a process may vanish between any two calls.
/// </summary>
internal static unsafe partial class LibC
{
    public const int AtFdCwd = -100;
    public const int ReadOnly = 0;
    public const int NonBlock = 0x800;
    public const int NoFollow = 0x20000;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;
    public const long SysOpenAt2 = 437;

    /// <summary><c>O_DIRECTORY</c>, whose number depends on the processor.</summary>
    public static int Directory { get; } = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    [LibraryImport("libc.so.6", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags, int mode);

    [LibraryImport("libc.so.6", EntryPoint = "read")]
    public static partial nint Read(int fd, byte* buffer, nint size);

    [LibraryImport("libc.so.6", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc.so.6", EntryPoint = "readlinkat")]
    public static partial nint ReadLinkAt(int directory, byte* path, byte* buffer, nint size);

    [LibraryImport("libc.so.6", EntryPoint = "getdents64")]
    public static partial nint GetDirectoryEntries(int fd, byte* buffer, nint size);

    [LibraryImport("libc.so.6", EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int directory, byte* path, int flags, uint mask, StatX* result);

    [LibraryImport("libc.so.6", EntryPoint = "getxattr")]
    public static partial nint GetExtendedAttribute(byte* path, byte* name, byte* value, nint size);

    [LibraryImport("libc.so.6", EntryPoint = "syscall", SetLastError = true)]
    public static partial long SysCall(long number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc.so.6", EntryPoint = "sysconf")]
    public static partial long SysConf(int name);

    [LibraryImport("libc.so.6", EntryPoint = "clock_gettime")]
    public static partial int ClockGetTime(int clock, TimeSpec* time);

    /// <summary>Seconds and nanoseconds of a clock.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;

        public readonly ulong Total => (ulong)Seconds * 1_000_000_000 + (ulong)Nanoseconds;
    }
}
