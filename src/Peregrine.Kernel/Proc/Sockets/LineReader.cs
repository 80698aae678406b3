using Peregrine.Kernel.Proc.Native;

namespace Peregrine.Kernel.Proc.Sockets;

/// <summary>Reads a long table of procfs line by line without holding it: a busy machine's tcp table has tens of megabytes.</summary>
internal ref struct LineReader
{
    private readonly int _fd;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;

    /// <param name="fd">Stays the caller's.</param>
    /// <param name="buffer">Room for at least one line; a longer line is cut there.</param>
    public LineReader(int fd, byte[] buffer)
    {
        _fd = fd;
        _buffer = buffer;
    }

    /// <summary>The next line without its end, valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var pending = _buffer.AsSpan(_start, _end - _start);
            var length = pending.IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = pending[..length];
                _start += length + 1;
                return true;
            }
            if (Fill()) continue;
            line = pending;
            _start = _end;
            return !line.IsEmpty;
        }
    }

    private unsafe bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length) return false;
        nint got;
        fixed (byte* at = &_buffer[_end]) got = LibC.Read(_fd, at, _buffer.Length - _end);
        if (got <= 0) return false;
        _end += (int)got;
        return true;
    }
}
