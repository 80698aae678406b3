using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The C library's functions for a process of our own and for descriptors that go from one to the other.</summary>
internal static unsafe partial class Handover
{
    internal const int Unix = 1;
    internal const int Seqpacket = 5;
    internal const int Cloexec = 0x80000;
    internal const int NoSignal = 0x4000;
    internal const int CloexecDescriptors = 0x40000000;
    internal const int SocketLevel = 1;
    internal const int Rights = 1;
    internal const int Interrupted = 4;

    private const string Library = "libc.so.6";

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint Send(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint Receive(int socket, MessageHeader* message, int flags);

    /// <summary>Returns the error instead of setting it.</summary>
    [LibraryImport(Library, EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Spawn(int* process, string path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int Await(int process, int* status, int options);

    /// <summary>The process's environment as the C library has it.</summary>
    internal static byte** Environment => *(byte***)NativeLibrary.GetExport(NativeLibrary.Load(Library), "environ");

    /// <summary><c>struct iovec</c>.</summary>
    internal struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    internal struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct cmsghdr</c>; what it announces follows it.</summary>
    internal struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
