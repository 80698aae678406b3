using System.Buffers.Binary;

namespace Peregrine.Events;

/// <summary>
/// Writes one event record into a buffer that the caller owns. Give the parameters in order, then call <see cref="Finish"/>.
/// A record that does not fit is a programming error and throws <see cref="ArgumentException"/> (from the span) before anything is handed on.
/// </summary>
public ref struct EventWriter
{
    private readonly Span<byte> _buffer;
    private readonly int _count;
    private readonly bool _large;
    private int _next;
    private int _at;

    /// <summary>Starts a record of <paramref name="paramCount"/> parameters; by default as many as the schema lists.</summary>
    public EventWriter(Span<byte> buffer, EventType type, ulong timestamp, long threadId, int paramCount = -1)
    {
        _buffer = buffer;
        _count = paramCount < 0 ? EventSchema.Get(type).Params.Length : paramCount;
        _large = EventSchema.IsLarge(type);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[8..], threadId);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[20..], (ushort)type);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[22..], (uint)_count);
        _at = EventView.HeaderSize + _count * (_large ? 4 : 2);
    }

    /// <summary>Writes the next parameter's raw bytes; an empty span means unavailable.</summary>
    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        Length(value.Length);
        value.CopyTo(_buffer[_at..]);
        _at += value.Length;
    }

    /// <summary>Writes a NUL-terminated string.</summary>
    public void Text(scoped ReadOnlySpan<byte> value)
    {
        Length(value.Length + 1);
        value.CopyTo(_buffer[_at..]);
        _buffer[_at + value.Length] = 0;
        _at += value.Length + 1;
    }

    public void Empty() => Bytes(default);

    public void U8(byte value) => Bytes([value]);

    public void U16(ushort value)
    {
        Length(2);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[_at..], value);
        _at += 2;
    }

    public void U32(uint value)
    {
        Length(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[_at..], value);
        _at += 4;
    }

    public void U64(ulong value)
    {
        Length(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[_at..], value);
        _at += 8;
    }

    public void I64(long value) => U64(unchecked((ulong)value));

    /// <summary>Completes the record; parameters not given are unavailable. Returns its bytes within the caller's buffer.</summary>
    public Span<byte> Finish()
    {
        while (_next < _count) Empty();
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[16..], (uint)_at);
        return _buffer[.._at];
    }

    private void Length(int length)
    {
        if (_next >= _count) throw new InvalidOperationException("the event has no further parameter");
        if (_large) BinaryPrimitives.WriteUInt32LittleEndian(_buffer[(EventView.HeaderSize + _next * 4)..], (uint)length);
        else BinaryPrimitives.WriteUInt16LittleEndian(_buffer[(EventView.HeaderSize + _next * 2)..], checked((ushort)length));
        _next++;
    }
}
