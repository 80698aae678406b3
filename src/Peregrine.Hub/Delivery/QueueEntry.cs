using System.Buffers.Binary;
using System.IO.Hashing;
using Peregrine.Hub.Journal;

namespace Peregrine.Hub.Delivery;

/// <summary>An alert that waits for a destination: a reference into the journal, so that a queue costs 48 bytes for an alert however large it is.</summary>
/// <param name="Position">Where the alert stands in the journal.</param>
/// <param name="Bytes">How long its record is.</param>
/// <param name="Source">The number of the journal record whose routing put it here. After a crash the router repeats its last steps; what a queue has from a record already is not put in twice.</param>
/// <param name="QueuedAt">When, in milliseconds since 1970.</param>
public readonly record struct QueueEntry(JournalPosition Position, int Bytes, long Source, long QueuedAt)
{
    internal const int Length = 48;

    internal void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, Position.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Position.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Position.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Source);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], QueuedAt);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[44..], Crc32.HashToUInt32(target[..44]));
    }

    /// <summary>False for what is no whole entry.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out QueueEntry entry)
    {
        entry = default;
        if (source.Length < Length || BinaryPrimitives.ReadUInt32LittleEndian(source[44..]) != Crc32.HashToUInt32(source[..44])) return false;
        entry = new QueueEntry(
            new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(source), BinaryPrimitives.ReadInt64LittleEndian(source[8..]), BinaryPrimitives.ReadInt64LittleEndian(source[16..])),
            BinaryPrimitives.ReadInt32LittleEndian(source[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]));
        return true;
    }
}
