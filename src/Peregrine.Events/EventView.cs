using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Peregrine.Events;

/// <summary>
/// Reads one event record in place: header, parameter lengths, values, all little-endian. It owns nothing; it is valid as long as the bytes under it.
/// </summary>
/// <remarks>
/// The record must have passed <see cref="TryRead"/>, which checks every length once; the accessors then trust it. A value costs its reader one call: it is found and read in one piece.
/// <code>
/// 0  u64 timestamp, ns since the epoch
/// 8  u64 thread id (host pid namespace; -1 as all ones when unknown)
/// 16 u32 length of the whole record
/// 20 u16 event type
/// 22 u32 number of parameters
/// 26 n × u16 (u32 for event types with <see cref="EventFlags.LargePayload"/>) parameter lengths, then the values back to back
/// </code>
/// </remarks>
public readonly ref struct EventView
{
    /// <summary>Size of the header in bytes.</summary>
    public const int HeaderSize = 26;

    /// <summary>No event has more parameters than this; a record that claims more is corrupt.</summary>
    public const int MaxParams = 64;

    private readonly ReadOnlySpan<byte> _record;
    private readonly int _count;
    private readonly bool _large;

    private EventView(ReadOnlySpan<byte> record, int count, bool large)
    {
        _record = record;
        _count = count;
        _large = large;
    }

    /// <summary>Checks the record at the start of <paramref name="bytes"/> and gives a view of it. False when it is cut short or its lengths disagree.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EventView view)
    {
        view = default;
        if (bytes.Length < HeaderSize) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        var type = (EventType)BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[22..]);
        if (length > (uint)bytes.Length || count > MaxParams) return false;
        var large = EventSchema.IsLarge(type);
        var lengths = HeaderSize;
        var values = lengths + (int)count * (large ? 4 : 2);
        if (values > length) return false;
        long sum = values;
        if (large)
            foreach (var size in MemoryMarshal.Cast<byte, uint>(bytes[lengths..values])) sum += size;
        else
            foreach (var size in MemoryMarshal.Cast<byte, ushort>(bytes[lengths..values])) sum += size;
        if (sum > length) return false;
        view = new EventView(bytes[..(int)length], (int)count, large);
        return true;
    }

    /// <summary>A view of a record that this process wrote or has already checked.</summary>
    public static EventView Trusted(ReadOnlySpan<byte> record)
    {
        Debug.Assert(TryRead(record, out _), "a trusted record must be well formed");
        return new EventView(record, CountOf(record), EventSchema.IsLarge((EventType)BinaryPrimitives.ReadUInt16LittleEndian(record[20..])));
    }

    /// <summary>
    /// A view of a record whose type is not in the schema, cut to its length: only its bytes, time, thread and type may be looked at, since nobody knows how its parameters lie.
    /// False when it is cut short.
    /// </summary>
    public static bool TryReadUnknown(ReadOnlySpan<byte> bytes, out EventView view)
    {
        view = default;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]) is var length && (length < HeaderSize || length > (uint)bytes.Length)) return false;
        view = new EventView(bytes[..(int)length], CountOf(bytes), false);
        return true;
    }

    /// <summary>The record's bytes.</summary>
    public ReadOnlySpan<byte> Record => _record;

    public bool IsEmpty => _record.IsEmpty;

    /// <summary>Nanoseconds since the epoch.</summary>
    public ulong Timestamp => BinaryPrimitives.ReadUInt64LittleEndian(_record);

    /// <summary>The thread that caused the event, in the host's pid namespace.</summary>
    public long ThreadId => BinaryPrimitives.ReadInt64LittleEndian(_record[8..]);

    public EventType Type => (EventType)BinaryPrimitives.ReadUInt16LittleEndian(_record[20..]);

    public int ParamCount => _count;

    public EventInfo Info => EventSchema.Get(Type);

    /// <summary>
    /// The bytes of a parameter; empty when its length is 0 (unavailable) or the record has no such parameter.
    /// Strings include their terminating NUL: <see cref="Text"/> drops it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Param(int index)
    {
        if ((uint)index >= (uint)_count) return default;
        if (_large) return LargeParam(index);
        var start = HeaderSize + _count * 2;
        // One slice, so that the loop over it needs no checks of its own: this is asked several times for every event.
        var lengths = MemoryMarshal.Cast<byte, ushort>(_record.Slice(HeaderSize, (index + 1) * 2));
        foreach (var size in lengths[..index]) start += size;
        return _record.Slice(start, lengths[index]);
    }

    /// <summary>The parameters one after the other, for who wants them all.</summary>
    public ParamValues Values() => new(this);

    /// <summary>A string parameter without its terminating NUL (what follows a NUL is ignored).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ReadOnlySpan<byte> Text(int index) => ToText(Param(index));

    /// <summary>A signed integer parameter of 1, 2, 4 or 8 bytes, sign-extended; <paramref name="absent"/> when it is unavailable.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public long Int(int index, long absent = 0) => ToInt(Param(index), absent);

    /// <summary>An unsigned integer parameter of 1, 2, 4 or 8 bytes; <paramref name="absent"/> when it is unavailable.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ulong Uint(int index, ulong absent = 0) => ToUint(Param(index), absent);

    /// <summary>The bytes of a parameter as a signed integer, as <see cref="Int"/> reads it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToInt(ReadOnlySpan<byte> bytes, long absent = 0) => bytes.Length switch
    {
        8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        1 => (sbyte)bytes[0],
        _ => absent,
    };

    /// <summary>The bytes of a parameter as an unsigned integer, as <see cref="Uint"/> reads it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToUint(ReadOnlySpan<byte> bytes, ulong absent = 0) => bytes.Length switch
    {
        8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        1 => bytes[0],
        _ => absent,
    };

    /// <summary>A string parameter's bytes without the terminating NUL, as <see cref="Text"/> reads it.</summary>
    public static ReadOnlySpan<byte> ToText(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    private static int CountOf(ReadOnlySpan<byte> record) => (int)BinaryPrimitives.ReadUInt32LittleEndian(record[22..]);

    private ReadOnlySpan<byte> LargeParam(int index)
    {
        var start = HeaderSize + _count * 4;
        for (var i = 0; i < index; i++) start += (int)BinaryPrimitives.ReadUInt32LittleEndian(_record[(HeaderSize + i * 4)..]);
        return _record.Slice(start, (int)BinaryPrimitives.ReadUInt32LittleEndian(_record[(HeaderSize + index * 4)..]));
    }

    /// <summary>Walks through the parameters' bytes in order.</summary>
    public ref struct ParamValues
    {
        private readonly ReadOnlySpan<byte> _record;
        private readonly bool _large;
        private int _left;
        private int _length;
        private int _value;

        internal ParamValues(EventView e)
        {
            _record = e._record;
            _large = e._large;
            _left = e._count;
            _length = HeaderSize;
            _value = HeaderSize + e._count * (_large ? 4 : 2);
        }

        /// <summary>The bytes of the next parameter, as <see cref="Param"/> gives them; empty behind the last one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ReadOnlySpan<byte> Next()
        {
            if (_left <= 0) return default;
            _left--;
            var size = _large ? (int)BinaryPrimitives.ReadUInt32LittleEndian(_record[_length..]) : BinaryPrimitives.ReadUInt16LittleEndian(_record[_length..]);
            var value = _record.Slice(_value, size);
            _length += _large ? 4 : 2;
            _value += size;
            return value;
        }
    }
}
