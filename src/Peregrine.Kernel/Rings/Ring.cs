using System.Runtime.CompilerServices;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Rings;

/// <summary>
/// One CPU's records: those of the small ring in front (<see cref="FrontRing"/>), where it has one, then those of its ring buffer, read in place (layout: kernel/bpf/ringbuf.c). First page: the consumer's position, ours to write. Second
/// page: the producer's position. Then the data, and behind it the data again, so that a record over the end reads straight on; of that only as much is mapped as a
/// record can take. Each record has an 8-byte header: length, with a busy bit until the record is complete and a discard bit when it is none.
/// </summary>
/// <remarks>A record's bytes are valid until the position behind it is released with <see cref="Release"/>.</remarks>
internal sealed unsafe class Ring : IDisposable
{
    private const uint BusyBit = 1u << 31;
    private const uint DiscardBit = 1u << 30;
    private const int HeaderSize = 8;
    private const int MapType = 27;

    /// <summary>The most that a record takes with its header: <c>PG_RECORD_MASK</c> in probe/maps.h.</summary>
    private const int LargestRecord = 0x1ffff + HeaderSize;

    /// <summary>Space is given back after this many records, not after each: the producer reads that cache line for every record.</summary>
    private const int ReleaseEvery = 256;

    private readonly ulong _mask;
    private MappedMap? _consumer;
    private MappedMap? _producer;
    private ulong* _released;
    private ulong* _produced;
    private byte* _data;
    private FrontRing? _front;
    private bool _isInFront;
    private ulong _position;
    private ulong _end;
    private byte* _record;
    private uint _length;
    private int _unreleased;

    private Ring(int cpu, int fd, int bytes)
    {
        Cpu = cpu;
        Fd = fd;
        Bytes = bytes;
        _mask = (ulong)bytes - 1;
    }

    internal int Cpu { get; }

    internal int Fd { get; }

    /// <summary>How much it holds.</summary>
    internal int Bytes { get; }

    /// <summary>Records handed out by <see cref="Advance"/>.</summary>
    internal ulong RecordsRead { get; private set; }

    /// <summary>Whether the producer has got ahead of this reader, be it with a record that is not complete.</summary>
    internal bool HasData => _front is { HasData: true } || Volatile.Read(ref *_produced) != _position;

    /// <summary>The current record's bytes. Only after <see cref="TryPeek"/> has said that there is one.</summary>
    internal ReadOnlySpan<byte> Record => new(_record, (int)_length);

    /// <summary>The current record's first eight bytes: its time.</summary>
    internal ulong Time => Unsafe.ReadUnaligned<ulong>(_record);

    /// <summary>Makes a ring, which is not mapped yet.</summary>
    internal static Ring Create(int cpu, int bytes)
    {
        var fd = Libbpf.MapCreate(MapType, "pg_ring", 0, 0, (uint)bytes, 0);
        if (fd < 0) throw new KernelException($"cannot make the ring of CPU {cpu} ({bytes} bytes; error {-fd}): {KernelFeatures.Hint(-fd)}");
        return Open(cpu, fd, bytes);
    }

    /// <summary>A ring that is there already; its descriptor is closed with it. It is not mapped yet.</summary>
    internal static Ring Open(int cpu, int fd, int bytes) => new(cpu, fd, bytes);

    /// <summary>Maps it, before it is read: who loads the probe for another to read needs no mapping, which takes the kernel a while.</summary>
    /// <param name="front">The ring in front of it, if there is one; disposed with it.</param>
    internal void Map(FrontRing? front)
    {
        _front = front;
        var page = Environment.SystemPageSize;
        _consumer = new MappedMap(Fd, (nuint)page, 0, writable: true, "a ring's consumer page");
        _producer = new MappedMap(Fd, (nuint)(page + Bytes + (long)Math.Min(Bytes, LargestRecord)), page, writable: false, "a ring's data");
        _released = (ulong*)_consumer.Start;
        _produced = (ulong*)_producer.Start;
        _data = _producer.Start + page;
        // Where the reader before this one has stopped, if there was one.
        _position = _end = Volatile.Read(ref *_released);
    }

    /// <summary>Finds the next complete record without consuming it. False when there is none yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryPeek()
    {
        _isInFront = _front is not null && _front.TryPeek(ref _record, ref _length);
        return _isInFront || TryPeekBehind();
    }

    /// <summary>Goes on behind the current record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Advance()
    {
        RecordsRead++;
        if (_isInFront)
        {
            _front!.Skip(_length);
            CountUnreleased();
        }
        else
        {
            Skip(_length);
        }
    }

    /// <summary>Gives all space before the current position back to the producer.</summary>
    internal void Release()
    {
        if (_unreleased == 0) return;
        _unreleased = 0;
        _front?.Release();
        Volatile.Write(ref *_released, _position);
    }

    public void Dispose()
    {
        _front?.Dispose();
        _consumer?.Dispose();
        _producer?.Dispose();
        _ = Libc.Close(Fd);
    }

    /// <summary>
    /// The next record of the ring itself. The probe goes back to the front only when this ring was read to its end, so what is in front is older than what is here; also what came there after it was
    /// looked into, if this record came even later.
    /// </summary>
    private bool TryPeekBehind()
    {
        while (true)
        {
            if (_position >= _end)
            {
                _end = Volatile.Read(ref *_produced);
                if (_position >= _end) return false;
            }
            var at = _data + (_position & _mask);
            var header = Volatile.Read(ref *(uint*)at);
            if ((header & BusyBit) != 0) return false;
            if ((header & DiscardBit) == 0)
            {
                _isInFront = _front is not null && _front.TryPeek(ref _record, ref _length);
                if (_isInFront) return true;
                _record = at + HeaderSize;
                _length = header;
                return true;
            }
            Skip(header & ~DiscardBit);
        }
    }

    private void Skip(uint length)
    {
        _position += (ulong)((length + HeaderSize + 7) & ~7u);
        CountUnreleased();
    }

    private void CountUnreleased()
    {
        if (++_unreleased >= ReleaseEvery) Release();
    }
}
