using System.Runtime.InteropServices;

namespace Peregrine.Kernel.Privileges;

/// <summary>How this process was started, as starting another like it asks for: bytes, because arguments need not be valid UTF-8.</summary>
internal sealed unsafe class OwnCommandLine : IDisposable
{
    private readonly byte* _words;

    internal OwnCommandLine()
    {
        Path = Environment.ProcessPath ?? "/proc/self/exe";
        var words = File.ReadAllBytes("/proc/self/cmdline");
        _words = (byte*)NativeMemory.Alloc((nuint)words.Length + 1);
        words.CopyTo(new Span<byte>(_words, words.Length));
        // Each ends with a zero.
        var count = words.AsSpan().Count((byte)0);
        Arguments = (byte**)NativeMemory.AllocZeroed((nuint)(count + 1), (nuint)sizeof(byte*));
        var at = _words;
        for (var i = 0; i < count; i++)
        {
            Arguments[i] = at;
            while (*at++ != 0)
            {
            }
        }
    }

    /// <summary>The program's file.</summary>
    internal string Path { get; }

    /// <summary>Its name and arguments, with a null behind the last.</summary>
    internal byte** Arguments { get; }

    public void Dispose()
    {
        NativeMemory.Free(Arguments);
        NativeMemory.Free(_words);
    }
}
