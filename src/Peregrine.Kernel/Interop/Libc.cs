using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The C library's functions that rings and waiting need.</summary>
internal static unsafe partial class Libc
{
    internal const int ProtRead = 1;
    internal const int ProtWrite = 2;
    internal const int MapShared = 1;
    internal const int MapPrivate = 2;
    internal const uint MemoryFileCloexec = 1;
    internal const int ClockBoottime = 7;
    internal const int ClockRealtime = 0;
    internal const int EpollCtlAdd = 1;
    internal const uint EpollIn = 1;
    internal const uint EpollEdge = 1u << 31;
    internal const int Cloexec = 0x80000;
    internal const int NonBlock = 0x800;

    private const string Library = "libc.so.6";

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library, EntryPoint = "munmap")]
    internal static partial int Unmap(nint address, nuint length);

    [LibraryImport(Library, EntryPoint = "madvise")]
    internal static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport(Library, EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MemoryFile(string name, uint flags);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "clock_gettime"), SuppressGCTransition]
    internal static partial int ClockGetTime(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "nanosleep")]
    internal static partial int NanoSleep(TimeSpec* time, TimeSpec* left);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int fd, EpollEvent* what);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, EpollEvent* events, int max, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read")]
    internal static partial nint Read(int fd, void* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write")]
    internal static partial nint Write(int fd, void* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "vsnprintf")]
    internal static partial int Format(byte* buffer, nuint size, byte* format, nint arguments);

    /// <summary>Nanoseconds of a clock.</summary>
    internal static ulong Nanoseconds(int clock)
    {
        TimeSpec time;
        _ = ClockGetTime(clock, &time);
        return (ulong)time.Seconds * 1_000_000_000 + (ulong)time.Nanoseconds;
    }

    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>Packed, as x86-64 has it.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct EpollEvent
    {
        public uint Events;
        public ulong Data;
    }
}
