using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>Reads the fields of one metadata block from the stream, field by field, so that a block's length costs no memory. Counts what it consumed.</summary>
/// <param name="input">Stands behind the block's header.</param>
/// <param name="block">The block's type.</param>
/// <param name="length">Bytes of the body with its padding.</param>
/// <param name="budget">What the metadata may still cost.</param>
internal sealed class BlockCursor(CaptureInput input, uint block, long length, MetadataBudget budget)
{
    private readonly long _start = input.Offset;

    public uint Block => block;

    public long Consumed => input.Offset - _start;

    /// <summary>Bytes of the body not consumed yet.</summary>
    public long Left => length - Consumed;

    /// <summary>Entries go on while a length word would fit; less than that is padding.</summary>
    public bool HasEntry => Left >= 4;

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public InetAddress Address16() => InetAddress.Read(Take(16));

    public InetAddress Address4() => InetAddress.Read(Take(4));

    public byte[] Bytes(int count)
    {
        if (count == 0) return [];
        budget.Charge(count + 24, this);
        return Take(count).ToArray();
    }

    /// <summary>A vector: u16 length and raw bytes.</summary>
    public byte[] Vector(int limit, string what)
    {
        var count = U16();
        if (count > limit) throw Fail($"invalid {what}len {count}");
        return Bytes(count);
    }

    /// <summary>A text: like a vector, and what follows a NUL is not part of it.</summary>
    public byte[] Text(int limit, string what) => UpToNul(Vector(limit, what));

    public static byte[] UpToNul(byte[] text)
    {
        var end = text.AsSpan().IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    public void Charge(int bytes) => budget.Charge(bytes, this);

    /// <summary>Passes over the rest of an entry of <paramref name="entryLength"/> bytes that began at <paramref name="entryStart"/>; 0 means that the entry has no length.</summary>
    public void FinishEntry(long entryStart, uint entryLength, string list)
    {
        var used = Consumed - entryStart;
        if (entryLength == 0 || used == entryLength) return;
        if (used > entryLength) throw Fail($"corrupted input file. Had read {used} bytes, but {list} entry have length {entryLength}.");
        Skip(entryLength - used);
    }

    /// <summary>Passes over the padding and checks that the entries did not run over the block.</summary>
    public void FinishBlock()
    {
        if (Consumed > length) throw Fail($"read more {Consumed} than a block {length}");
        Skip(length - Consumed);
    }

    public CaptureException Fail(string problem) => new(problem, input.Offset, BlockType.Name(block));

    private void Skip(long count)
    {
        var offset = input.Offset;
        var skipped = input.Skip(count);
        if (skipped < count) throw CaptureException.Truncated(count, skipped, offset, BlockType.Name(block));
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (!input.Ensure(count)) throw InputFailure.Of(input, count, BlockType.Name(block));
        var bytes = input.Available[..count];
        input.Advance(count);
        return bytes;
    }
}
