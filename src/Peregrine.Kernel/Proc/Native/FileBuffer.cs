namespace Peregrine.Kernel.Proc.Native;

/// <summary>
/// Holds one small file at a time. The text it returns is valid until the next read. Grows to the largest file seen, up to the limit given with each read, and keeps the room.
/// </summary>
internal sealed class FileBuffer
{
    private byte[] _data = new byte[16 * 1024];

    /// <summary>Reads a whole file; what lies behind <paramref name="limit"/> bytes is left out. False when it cannot be opened or read.</summary>
    public unsafe bool TryRead(int directory, ReadOnlySpan<byte> name, int limit, out ReadOnlySpan<byte> text)
    {
        text = default;
        int fd;
        fixed (byte* path = name) fd = LibC.OpenAt(directory, path, LibC.ReadOnly | LibC.CloseOnExec | LibC.NonBlock, 0);
        if (fd < 0) return false;
        var read = ReadAll(fd, limit);
        _ = LibC.Close(fd);
        if (read < 0) return false;
        text = _data.AsSpan(0, read);
        return true;
    }

    /// <summary>Reads from an open descriptor to its end or the limit; -1 on failure. The descriptor stays the caller's.</summary>
    public unsafe int ReadAll(int fd, int limit)
    {
        var length = 0;
        while (length < limit)
        {
            if (length == _data.Length) Array.Resize(ref _data, Math.Min(limit, _data.Length * 2));
            nint got;
            fixed (byte* at = &_data[length]) got = LibC.Read(fd, at, Math.Min(_data.Length, limit) - length);
            if (got < 0) return length == 0 ? -1 : length;
            if (got == 0) break;
            length += (int)got;
        }
        return length;
    }

    /// <summary>The first bytes of what <see cref="ReadAll"/> read.</summary>
    public ReadOnlySpan<byte> Text(int length) => _data.AsSpan(0, length);

    /// <summary>Reads where a symbolic link points to; empty when it cannot be read. A target of 8 KB or more is cut.</summary>
    public unsafe ReadOnlySpan<byte> ReadLink(int directory, ReadOnlySpan<byte> name)
    {
        nint length;
        fixed (byte* path = name)
        fixed (byte* to = _data) length = LibC.ReadLinkAt(directory, path, to, 8192);
        return length <= 0 ? default : _data.AsSpan(0, (int)length);
    }
}
