using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The C library's functions that change what the calling thread may do, and that start another program in its place.</summary>
internal static unsafe partial class Privileged
{
    internal const int SetNoNewPrivileges = 38;
    internal const int DropFromBounding = 24;
    internal const int Ambient = 47;
    internal const int AmbientRaise = 2;
    internal const int AmbientClearAll = 4;
    internal const int SetFdFlags = 2;
    internal const int CloseOnExec = 1;
    internal const uint CapabilityVersion = 0x20080522;
    internal const int SeccompModeFilter = 2;
    internal const int SetSeccomp = 22;

    private const string Library = "libc.so.6";

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Control(int operation, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
    internal static partial int SetCapabilities(CapabilityHeader* header, CapabilityWord* words);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(int fd, int operation, int value);

    [LibraryImport(Library, EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnsetVariable(string name);

    [LibraryImport(Library, EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int Execute(string path, byte** arguments);

    /// <summary><c>struct __user_cap_header_struct</c>; process 0 is the caller.</summary>
    internal struct CapabilityHeader
    {
        public uint Version;
        public int Process;
    }

    /// <summary><c>struct __user_cap_data_struct</c>: 32 capabilities.</summary>
    internal struct CapabilityWord
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }

    /// <summary><c>struct sock_fprog</c>.</summary>
    internal struct FilterProgram
    {
        public ushort Length;
        public FilterInstruction* Instructions;
    }

    /// <summary><c>struct sock_filter</c>: an instruction of classic BPF.</summary>
    internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);
}
