using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel;

/// <summary>Memory shared with the kernel: a mapping of an array map or of a ring. Unmapped on dispose.</summary>
internal sealed unsafe class MappedMap : IDisposable
{
    private readonly nuint _length;

    internal MappedMap(int fd, nuint length, nint offset, bool writable, string what)
    {
        var page = (nuint)Environment.SystemPageSize;
        _length = (length + page - 1) / page * page;
        var address = Libc.Map(0, _length, writable ? Libc.ProtRead | Libc.ProtWrite : Libc.ProtRead, Libc.MapShared, fd, offset);
        if (address == -1) throw new KernelException($"cannot map {what} ({Marshal.GetLastPInvokeErrorMessage()}): the kernel must be 5.8 or newer");
        Start = (byte*)address;
    }

    internal byte* Start { get; private set; }

    public void Dispose()
    {
        if (Start is null) return;
        _ = Libc.Unmap((nint)Start, _length);
        Start = null;
    }
}
