using System.Runtime.InteropServices;
using System.Text;
using Peregrine.Events;

namespace Peregrine.UnitTests.Kernel;

/// <summary>Makes system calls by number, so that exactly the call under test happens. Memory given to calls lives as long as the process.</summary>
internal static unsafe partial class NativeCalls
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "gettid")]
    internal static partial int ThreadId();

    /// <summary>Calls by the schema's code; returns the result or the negative errno.</summary>
    internal static long Invoke(SyscallCode code, params ReadOnlySpan<nint> arguments)
    {
        static nint At(ReadOnlySpan<nint> all, int index) => index < all.Length ? all[index] : 0;
        var result = Call(EventSchema.Get(code).NativeX64, At(arguments, 0), At(arguments, 1), At(arguments, 2), At(arguments, 3), At(arguments, 4), At(arguments, 5));
        return result == -1 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>A copy of the bytes, with zeros behind them.</summary>
    internal static nint Bytes(params ReadOnlySpan<byte> value)
    {
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)value.Length + 64);
        value.CopyTo(new Span<byte>(copy, value.Length));
        return (nint)copy;
    }

    internal static nint Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    internal static nint Ints(params ReadOnlySpan<int> values) => Bytes(MemoryMarshal.AsBytes(values));

    internal static nint Longs(params ReadOnlySpan<long> values) => Bytes(MemoryMarshal.AsBytes(values));

    internal static int Int(nint at, int index = 0) => ((int*)at)[index];

    internal static long Long(nint at, int index = 0) => ((long*)at)[index];

    internal static void Close(long fd) => Invoke(SyscallCode.Close, (nint)fd);

    /// <summary>A new name in the folder for temporary files.</summary>
    internal static string NewPath() => Path.Combine(Path.GetTempPath(), "pg-" + Guid.NewGuid().ToString("n"));

    /// <summary>A new file with that content; the caller deletes it.</summary>
    internal static string NewFile(string content = "")
    {
        var path = NewPath();
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>What stat says of a file, links followed.</summary>
    internal static (long Device, long Inode) Identity(string path)
    {
        var buffer = Bytes(new byte[144]);
        return Invoke(SyscallCode.Stat, Text(path), buffer) == 0 ? (Long(buffer), Long(buffer, 1)) : throw new FileNotFoundException(path);
    }

    internal static long Open(string path, int flags = 0) => Invoke(SyscallCode.Open, Text(path), flags, 0x1b6);
}
