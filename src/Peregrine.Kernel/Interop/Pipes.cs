using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Interop;

/// <summary>The C library's functions that reading pipes needs.</summary>
internal static unsafe partial class Pipes
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;

    [LibraryImport("libc.so.6", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc.so.6", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* buffer, nuint count);
}
