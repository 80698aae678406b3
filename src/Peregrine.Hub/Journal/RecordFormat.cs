using System.Buffers.Binary;
using System.IO.Hashing;

namespace Peregrine.Hub.Journal;

/// <summary>
/// How a record stands in a segment: <c>length u32, crc u32, kind u8, payload</c>, all little-endian. The length counts kind and payload; the checksum covers the sequence number too, so that a record of an older file
/// that a crash left in reused blocks is not taken for a new one.
/// </summary>
internal static class RecordFormat
{
    public const int HeaderLength = 8;

    /// <summary>No alert is larger (the limit of a request is); a length beyond it is damage.</summary>
    public const int MaxLength = 1024 * 1024 * 1024;

    public static int Length(int payload) => HeaderLength + 1 + payload;

    public static void Write(Span<byte> target, long sequence, JournalRecordKind kind, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, 1 + payload.Length);
        target[HeaderLength] = (byte)kind;
        payload.CopyTo(target[(HeaderLength + 1)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Checksum(sequence, target.Slice(HeaderLength, 1 + payload.Length)));
    }

    /// <summary>The length of what follows the header; 0 when it cannot be a record's.</summary>
    public static int BodyLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return length is > 0 and <= MaxLength ? length : 0;
    }

    public static bool IsIntact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, long sequence) => BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == Checksum(sequence, body);

    private static uint Checksum(long sequence, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, sequence);
        var crc = new Crc32();
        crc.Append(number);
        crc.Append(body);
        return crc.GetCurrentHashAsUInt32();
    }
}
