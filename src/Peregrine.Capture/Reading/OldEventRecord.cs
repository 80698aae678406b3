using System.Buffers.Binary;
using Peregrine.Events;

namespace Peregrine.Capture;

/// <summary>Gives events of the first version, whose header lacks the number of parameters, a current header.</summary>
internal sealed class OldEventRecord
{
    /// <summary>Header without the number of parameters.</summary>
    public const int HeaderSize = EventView.HeaderSize - 4;

    private const string Impossible = "cannot convert v1 event block to v2 (corrupted trace file - can't calculate nparams)";

    private readonly byte[] _record = new byte[CaptureLimits.EventBlock + 4];

    /// <summary>
    /// Copies <paramref name="old"/> (which passed the block's length checks) and works the number out: it is the largest one, from the schema's downward,
    /// with which lengths and values fill the record exactly. Throws <see cref="ConversionException"/> when none does.
    /// </summary>
    public ReadOnlySpan<byte> Recover(ReadOnlySpan<byte> old, EventType type, int blockLength)
    {
        // What follows the block's header with the four bytes more must stay within the limit of a block.
        if (blockLength + 4 > CaptureLimits.EventBlock)
            throw new ConversionException($"cannot convert v1 event block to v2 ({blockLength + 4} greater than read buffer size {CaptureLimits.EventBlock})");
        // Old writers counted 3 bytes too many for these two.
        var excess = type is EventType.NotificationE or EventType.InfrastructureEventE ? 3 : 0;
        var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(old[16..]) + 4 - excess;
        if (length < EventView.HeaderSize || length - 4 > old.Length) throw new ConversionException(Impossible + ".");
        var record = _record.AsSpan(0, (int)length);
        old[..HeaderSize].CopyTo(record);
        old[HeaderSize..((int)length - 4)].CopyTo(record[EventView.HeaderSize..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], (uint)length);
        var width = EventSchema.IsLarge(type) ? 4 : 2;
        for (var count = EventSchema.Get(type).Params.Length; count >= 0; count--)
        {
            long end = EventView.HeaderSize + count * width;
            if (end > length) continue;
            for (var i = 0; i < count; i++)
            {
                var at = record[(EventView.HeaderSize + i * width)..];
                end += width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
            }
            // Fewer parameters would fill even less.
            if (end < length) throw new ConversionException(Impossible + ".");
            if (end > length) continue;
            BinaryPrimitives.WriteUInt32LittleEndian(record[22..], (uint)count);
            return record;
        }
        throw new ConversionException(Impossible + " (2).");
    }
}
