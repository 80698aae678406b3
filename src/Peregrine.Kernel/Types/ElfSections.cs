using System.Buffers.Binary;

namespace Peregrine.Kernel.Types;

/// <summary>Sections of an object file (ELF, 64 bits, little-endian), by name.</summary>
internal static class ElfSections
{
    /// <summary>A section's bytes; empty when there is none of that name.</summary>
    /// <exception cref="FormatException">The file is none, or cut short.</exception>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        try
        {
            if (!file.StartsWith("\u007fELF"u8)) throw new FormatException("no object file");
            var headers = file[(int)BinaryPrimitives.ReadInt64LittleEndian(file[40..])..];
            int size = BinaryPrimitives.ReadUInt16LittleEndian(file[58..]), count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
            var names = Bytes(file, headers[(size * BinaryPrimitives.ReadUInt16LittleEndian(file[62..]))..]);
            for (var i = 0; i < count; i++)
            {
                var header = headers[(size * i)..];
                var rest = names[BinaryPrimitives.ReadInt32LittleEndian(header)..];
                if (rest[..rest.IndexOf((byte)0)].SequenceEqual(name)) return Bytes(file, header);
            }
            return default;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException("the object file is cut short", e);
        }
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> file, ReadOnlySpan<byte> header) =>
        file.Slice((int)BinaryPrimitives.ReadInt64LittleEndian(header[24..]), (int)BinaryPrimitives.ReadInt64LittleEndian(header[32..]));
}
