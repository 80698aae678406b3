using System.Buffers.Text;

namespace Peregrine.Kernel.Proc.Native;

/// <summary>An open folder of procfs. Files below it are opened relative to it, so all of them belong to the same process even if its number is given to another meanwhile.</summary>
internal readonly struct ProcDirectory : IDisposable
{
    // One more than the descriptor, so that a default value is a closed folder and not descriptor 0.
    private readonly int _next;

    private ProcDirectory(int fd) => _next = fd + 1;

    public int Fd => _next - 1;

    public bool IsOpen => Fd >= 0;

    /// <param name="parent">The folder that the name is relative to; <see cref="LibC.AtFdCwd"/> for a whole path.</param>
    /// <param name="name">Followed by a NUL, as UTF-8 literals are.</param>
    public static unsafe ProcDirectory Open(int parent, ReadOnlySpan<byte> name)
    {
        fixed (byte* path = name) return new ProcDirectory(LibC.OpenAt(parent, path, LibC.ReadOnly | LibC.Directory | LibC.CloseOnExec, 0));
    }

    public static ProcDirectory Open(int parent, long number)
    {
        Span<byte> name = stackalloc byte[24];
        return Open(parent, Format(number, name));
    }

    /// <summary>Writes a number and the NUL that system calls want behind it; the NUL is not part of what is returned.</summary>
    public static ReadOnlySpan<byte> Format(long number, Span<byte> buffer)
    {
        Utf8Formatter.TryFormat(number, buffer[..^1], out var length);
        buffer[length] = 0;
        return buffer[..length];
    }

    /// <summary>Adds the entries whose name is a number, as folders of processes, threads and descriptors have them.</summary>
    public unsafe void ListNumbers(List<long> into)
    {
        const int Size = 32 * 1024;
        var buffer = stackalloc byte[Size];
        nint length;
        while ((length = LibC.GetDirectoryEntries(Fd, buffer, Size)) > 0)
        {
            for (nint at = 0; at < length;)
            {
                // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, name
                var entry = buffer + at;
                var size = *(ushort*)(entry + 16);
                var name = new ReadOnlySpan<byte>(entry + 19, size - 19);
                name = name[..Math.Max(0, name.IndexOf((byte)0))];
                if (Utf8Parser.TryParse(name, out long number, out var used) && used == name.Length && number >= 0) into.Add(number);
                at += size;
            }
        }
    }

    public unsafe bool TryStat(ReadOnlySpan<byte> name, out StatX result, uint wanted = StatX.Wanted)
    {
        fixed (byte* path = name)
        fixed (StatX* to = &result) return LibC.StatX(Fd, path, StatX.DoNotSync, wanted, to) == 0;
    }

    public void Dispose()
    {
        if (IsOpen) _ = LibC.Close(Fd);
    }
}
