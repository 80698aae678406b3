using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Types;

/// <summary>The kernel's whole type information: mapped where the kernel allows that (6.16 and newer), else read, which it gives out a page at a time.</summary>
internal sealed unsafe class KernelTypeFile : IDisposable
{
    private readonly byte[] _read = [];
    private readonly nint _mapped;
    private readonly int _length;

    private KernelTypeFile(string path)
    {
        using var file = File.OpenHandle(path);
        _length = (int)RandomAccess.GetLength(file);
        _mapped = Libc.Map(0, (nuint)_length, Libc.ProtRead, Libc.MapPrivate, (int)file.DangerousGetHandle(), 0);
        if (_mapped != -1) return;
        _mapped = 0;
        _read = new byte[_length];
        for (int at = 0, got; at < _length; at += got)
        {
            got = RandomAccess.Read(file, _read.AsSpan(at), at);
            if (got == 0) throw new IOException($"{path} ends before its length");
        }
    }

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlySpan<byte> Bytes => _mapped != 0 ? new ReadOnlySpan<byte>((void*)_mapped, _length) : _read;

    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static KernelTypeFile Open(string path) => new(path);

    public void Dispose()
    {
        if (_mapped != 0) _ = Libc.Unmap(_mapped, (nuint)_length);
    }
}
