using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Peregrine.Kernel.Interop;

/// <summary>
/// Collects what libbpf says while this thread loads, for the error message. libbpf has one print function for the whole process
/// and hands it no context, so the collector sits in a thread-static: a load runs on one thread from begin to end.
/// </summary>
internal sealed class LibbpfLog : IDisposable
{
    /// <summary>Enough for the verifier's last words; what comes before them is cut.</summary>
    private const int MaxCharacters = 16 * 1024;

    private const int LevelDebug = 2;

    [ThreadStatic]
    private static LibbpfLog? _current;

    private readonly StringBuilder _text = new();

    internal unsafe LibbpfLog()
    {
        _current = this;
        _ = Libbpf.SetPrint(&Print);
    }

    public void Dispose() => _current = null;

    /// <summary>What libbpf has said, without the verifier's listing when that is long.</summary>
    public override string ToString() => _text.ToString().TrimEnd();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Print(int level, byte* format, nint arguments)
    {
        var log = _current;
        if (level >= LevelDebug || log is null) return 0;
        // The list of arguments is used up by formatting; it has at most 32 bytes on the processors that there are.
        var copy = stackalloc ulong[4];
        Buffer.MemoryCopy((void*)arguments, copy, 32, 32);
        var length = Libc.Format(null, 0, format, (nint)copy);
        if (length <= 0) return 0;
        var buffer = (byte*)NativeMemory.Alloc((nuint)length + 1);
        length = Libc.Format(buffer, (nuint)length + 1, format, arguments);
        // A verifier's listing has its reason at the end.
        var skipped = Math.Max(0, length - MaxCharacters);
        log._text.Append(Encoding.UTF8.GetString(buffer + skipped, Math.Max(0, length - skipped)));
        NativeMemory.Free(buffer);
        if (log._text.Length > MaxCharacters) log._text.Remove(0, log._text.Length - MaxCharacters);
        return 0;
    }
}
