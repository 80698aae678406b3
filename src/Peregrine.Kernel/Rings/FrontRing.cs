using System.Runtime.CompilerServices;

namespace Peregrine.Kernel.Rings;

/// <summary>
/// The small ring in front of a CPU's ring, read in place: <c>struct pg_front</c> in probe/maps.h, which says what it is for. A page with both positions, then the records, each behind a word with its length, in steps of
/// eight bytes; one that begins before the end runs on behind it, and the next begins at the start of the next round.
/// </summary>
/// <remarks>A record's bytes are valid until the position behind it is released with <see cref="Release"/>.</remarks>
internal sealed unsafe class FrontRing : IDisposable
{
    /// <summary><c>PG_FRONT</c>.</summary>
    private const ulong Size = 256 * 1024;

    /// <summary>What a record may run on behind the end.</summary>
    private const ulong Overrun = 8192;

    private const ulong HeaderSize = 8;
    private const int PositionsSize = 4096;
    private const int ReadAt = 128;

    /// <summary>Rings smaller than this have none in front of them: it would hold more than they do.</summary>
    private const int LeastRing = 1024 * 1024;

    /// <summary>Bytes of one CPU's in the map.</summary>
    internal const int MapBytes = PositionsSize + (int)(Size + Overrun);

    private readonly MappedMap _positions;
    private readonly MappedMap _records;
    private readonly ulong* _written;
    private readonly ulong* _read;
    private readonly byte* _data;
    private ulong _position;
    private ulong _end;

    /// <param name="map">The map of all CPUs'.</param>
    /// <param name="cpu">Whose.</param>
    internal FrontRing(int map, int cpu)
    {
        var start = (nint)cpu * MapBytes;
        _positions = new MappedMap(map, PositionsSize, start, writable: true, "the positions in a front ring");
        _records = new MappedMap(map, (nuint)(Size + Overrun), start + PositionsSize, writable: false, "a front ring");
        _written = (ulong*)_positions.Start;
        _read = (ulong*)(_positions.Start + ReadAt);
        _data = _records.Start;
        // Where the reader before this one has stopped, if there was one.
        _position = _end = Volatile.Read(ref *_read);
    }

    /// <summary>Whether there are records that were not read.</summary>
    internal bool HasData => Volatile.Read(ref *_written) != _position;

    /// <summary>How many CPUs, from the first one on, have a front ring.</summary>
    internal static int Cpus(int ringBytes, IReadOnlyList<int> online) => ringBytes < LeastRing ? 0 : online.Max() + 1;

    /// <summary>Finds the next record without consuming it. False when there is none yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryPeek(ref byte* record, ref uint length)
    {
        if (_position == _end)
        {
            _end = Volatile.Read(ref *_written);
            if (_position == _end) return false;
        }
        var at = _data + (_position & (Size - 1));
        length = *(uint*)at;
        record = at + HeaderSize;
        return true;
    }

    /// <summary>Goes on behind the current record, of this length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Skip(uint length)
    {
        var step = (length + HeaderSize + 7) & ~7ul;
        var left = Size - (_position & (Size - 1));
        _position += Math.Min(step, left);
    }

    /// <summary>Gives all space before the current position back to the probe.</summary>
    internal void Release() => Volatile.Write(ref *_read, _position);

    public void Dispose()
    {
        _positions.Dispose();
        _records.Dispose();
    }
}
