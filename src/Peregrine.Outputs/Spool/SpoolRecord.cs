using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Peregrine.Outputs;

/// <summary>
/// An alert in a spool's file, all numbers little endian: u32 length of what follows the check, u32 check (CRC-32C of it), then u64 time, u8 priority, u16 length and bytes of the rule's name,
/// the same of the source, and the alert's line.
/// </summary>
internal static class SpoolRecord
{
    public const int HeadSize = 8;

    private const int FixedSize = 8 + 1 + 2 + 2;

    /// <summary>What no record exceeds; more can only be damage.</summary>
    private const int MaxLength = 64 << 20;

    public static void Write(IBufferWriter<byte> output, Alert alert)
    {
        var rule = Name(alert.Rule);
        var source = Name(alert.Source);
        var length = FixedSize + rule.Length + source.Length + alert.Line.Length;
        var record = output.GetSpan(HeadSize + length)[..(HeadSize + length)];
        var body = record[HeadSize..];
        BinaryPrimitives.WriteUInt64LittleEndian(body, alert.Time);
        body[8] = (byte)alert.Priority;
        var at = Put(body, 9, rule);
        at = Put(body, at, source);
        alert.Line.Span.CopyTo(body[at..]);
        BinaryPrimitives.WriteInt32LittleEndian(record, length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Check(body));
        output.Advance(record.Length);
    }

    /// <summary>The size of the record at the beginning, head included; 0 when there is none that is whole and right.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadSize) return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < FixedSize or > MaxLength || bytes.Length - HeadSize < length) return 0;
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Check(bytes.Slice(HeadSize, length)) ? HeadSize + length : 0;
    }

    /// <summary>How long the record claims to be, head included; 0 for what cannot be one.</summary>
    public static int ClaimedSize(ReadOnlySpan<byte> head)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        return length is < FixedSize or > MaxLength ? 0 : HeadSize + length;
    }

    /// <summary>The alert of a record that was measured; null when its lengths contradict each other.</summary>
    public static Alert? Read(ReadOnlySpan<byte> record)
    {
        var body = record[HeadSize..];
        var at = 9;
        if (Take(body, ref at) is not { } rule || Take(body, ref at) is not { } source || at >= body.Length) return null;
        return new Alert
        {
            Time = BinaryPrimitives.ReadUInt64LittleEndian(body),
            Priority = (AlertPriority)body[8],
            Rule = rule,
            Source = source,
            Line = body[at..].ToArray(),
        };
    }

    /// <summary>CRC-32C.</summary>
    public static uint Check(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var one in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }

    private static byte[] Name(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= ushort.MaxValue ? bytes : bytes[..ushort.MaxValue];
    }

    private static int Put(Span<byte> body, int at, byte[] text)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(body[at..], (ushort)text.Length);
        text.CopyTo(body[(at + 2)..]);
        return at + 2 + text.Length;
    }

    private static string? Take(ReadOnlySpan<byte> body, ref int at)
    {
        if (at + 2 > body.Length) return null;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body[at..]);
        at += 2 + length;
        return at <= body.Length ? Encoding.UTF8.GetString(body.Slice(at - length, length)) : null;
    }
}
