using Microsoft.Win32.SafeHandles;

namespace Peregrine.Outputs;

/// <summary>Reads records at positions that move forward, through one buffer.</summary>
internal sealed class SpoolReader
{
    private const int BufferSize = 256 * 1024;
    private byte[] _buffer = new byte[BufferSize];
    private SafeFileHandle? _file;
    private long _start;
    private int _filled;

    /// <summary>The record at a position; empty when there is none that is right.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="position">Where the record begins.</param>
    /// <param name="end">Where the right part of the file ends.</param>
    public ReadOnlySpan<byte> Read(SafeFileHandle file, long position, long end)
    {
        var known = Known(file, position, end);
        if (known.Length >= SpoolRecord.HeadSize && SpoolRecord.Measure(known) is var size and > 0) return known[..size];
        // Not whole in the buffer, or not right: read from here on, as much as the record claims to be.
        var claimed = known.Length >= SpoolRecord.HeadSize ? SpoolRecord.ClaimedSize(known) : SpoolRecord.HeadSize;
        if (claimed > _buffer.Length) _buffer = new byte[claimed];
        Fill(file, position);
        known = Known(file, position, end);
        if (known.Length >= SpoolRecord.HeadSize && SpoolRecord.ClaimedSize(known) is var whole && whole > _buffer.Length)
        {
            _buffer = new byte[whole];
            Fill(file, position);
            known = Known(file, position, end);
        }
        return known[..SpoolRecord.Measure(known)];
    }

    private ReadOnlySpan<byte> Known(SafeFileHandle file, long position, long end)
    {
        if (!ReferenceEquals(file, _file) || position < _start || position >= _start + _filled) return [];
        var known = _buffer.AsSpan((int)(position - _start), (int)(_start + _filled - position));
        return end - position < known.Length ? known[..(int)(end - position)] : known;
    }

    private void Fill(SafeFileHandle file, long position)
    {
        (_file, _start, _filled) = (file, position, 0);
        while (_filled < _buffer.Length)
        {
            var count = RandomAccess.Read(file, _buffer.AsSpan(_filled), position + _filled);
            if (count == 0) break;
            _filled += count;
        }
    }
}
