using System.Runtime.InteropServices;
using Peregrine.Events;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Makes system calls by number, so that exactly the call under test happens.</summary>
internal static unsafe partial class NativeCalls
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "gettid")]
    internal static partial int ThreadId();

    /// <summary>Calls by the schema's code; returns the result or the negative errno.</summary>
    internal static long Invoke(SyscallCode code, params ReadOnlySpan<nint> arguments)
    {
        nint At(ReadOnlySpan<nint> all, int index) => index < all.Length ? all[index] : 0;
        var result = Call(EventSchema.Get(code).NativeX64, At(arguments, 0), At(arguments, 1), At(arguments, 2), At(arguments, 3), At(arguments, 4), At(arguments, 5));
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>A NUL-terminated copy of the bytes in memory of its own; freed with the process.</summary>
    internal static nint Bytes(params ReadOnlySpan<byte> value)
    {
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)value.Length + 1);
        value.CopyTo(new Span<byte>(copy, value.Length));
        return (nint)copy;
    }

    internal static nint Text(string value) => Bytes(System.Text.Encoding.UTF8.GetBytes(value));
}
