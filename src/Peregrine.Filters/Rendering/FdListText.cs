using System.Buffers.Binary;
using Peregrine.State;

namespace Peregrine.Filters.Rendering;

/// <summary>The descriptors that poll watches: <c>4:e1 5:?1</c>, number, kind and event bits of each.</summary>
public static class FdListText
{
    /// <summary>Bytes per descriptor: number and event bits.</summary>
    private const int EntrySize = 10;

    public static void Append(ref EventContext context, ValueBuffer text, ReadOnlySpan<byte> list)
    {
        var count = Count(list);
        for (var i = 0; i < count; i++)
        {
            var fd = Number(list, i);
            if (i > 0) text.Append((byte)' ');
            NumberText.AppendUnsigned(text, unchecked((ulong)fd));
            text.Append((byte)':');
            text.Append(context.Thread?.Fds.Find(fd) is { } entry ? FdText.TypeLetter(entry.Type) : (byte)'?');
            NumberText.AppendHex(text, unchecked((uint)BinaryPrimitives.ReadInt16LittleEndian(list[(2 + i * EntrySize + 8)..])), upper: false);
        }
    }

    /// <summary>How many descriptors the list holds: what its count says, or fewer when it was cut.</summary>
    public static int Count(ReadOnlySpan<byte> list) => list.Length < 2 ? 0 : Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(list), (list.Length - 2) / EntrySize);

    /// <summary>The number of the descriptor at this place.</summary>
    public static long Number(ReadOnlySpan<byte> list, int index) => BinaryPrimitives.ReadInt64LittleEndian(list[(2 + index * EntrySize)..]);
}
