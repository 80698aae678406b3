using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>Builds one metadata block in memory: fields, entries with their lengths, padding, trailer. One is used for all blocks of a section.</summary>
internal sealed class BlockBuilder
{
    private byte[] _bytes = new byte[16 * 1024];
    private int _used;

    /// <summary>Bytes so far, the block header included.</summary>
    public int Size => _used;

    public void Begin(uint type)
    {
        _used = 0;
        U32(type);
        U32(0);
    }

    /// <summary>Completes the block and writes it.</summary>
    public void End(CaptureOutput output)
    {
        while (_used % 4 != 0) U8(0);
        var total = (uint)(_used + BlockType.TrailerSize);
        U32(total);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(4), total);
        output.Write(_bytes.AsSpan(0, _used));
    }

    /// <summary>Starts an entry that begins with its own length. Returns what <see cref="EndEntry"/> wants.</summary>
    public int BeginEntry()
    {
        var start = _used;
        U32(0);
        return start;
    }

    /// <param name="start">From <see cref="BeginEntry"/>.</param>
    /// <param name="countsItself">Whether the length counts its own four bytes.</param>
    public void EndEntry(int start, bool countsItself = true) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(start), (uint)(_used - start - (countsItself ? 0 : 4)));

    public void U8(byte value) => Take(1)[0] = value;

    public void Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    /// <summary>The first <paramref name="size"/> bytes of an address as it stands in memory.</summary>
    public void Address(InetAddress address, int size) => InetAddress.Bytes(in address)[..size].CopyTo(Take(size));

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Length and bytes; what is above the format's limit is cut.</summary>
    public void Text(ReadOnlySpan<byte> text, int limit)
    {
        if (text.Length > limit) text = text[..limit];
        U16((ushort)text.Length);
        Bytes(text);
    }

    /// <summary>A vector of elements, with a final NUL added where it lacks one and is not empty.</summary>
    public void Vector(ReadOnlySpan<byte> vector, int limit, bool lacksNul)
    {
        if (!lacksNul || vector.IsEmpty || vector.Length >= limit)
        {
            Text(vector, limit);
            return;
        }
        U16((ushort)(vector.Length + 1));
        Bytes(vector);
        U8(0);
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _used < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + count));
        var room = _bytes.AsSpan(_used, count);
        _used += count;
        return room;
    }
}
