using System.Buffers.Binary;
using System.Text;

namespace Peregrine.Capture;

/// <summary>
/// The options of a section header, those of pcapng: u16 code, u16 length, value, padding to 4 bytes; code 0 ends them. Other readers of captures pass over them.
/// </summary>
internal static class SectionOptions
{
    /// <summary>Longer ones are not looked at.</summary>
    public const int Longest = 4096;

    private const ushort End = 0;

    /// <summary><c>shb_userappl</c>: the program that made the file.</summary>
    private const ushort UserApplication = 4;

    private const int MostText = 256;

    /// <summary>The program's name; empty where no option tells it, or the options are broken: nothing depends on them.</summary>
    public static string Application(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 4)
        {
            var code = BinaryPrimitives.ReadUInt16LittleEndian(options);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(options[2..]);
            options = options[4..];
            if (code == End || length > options.Length) return "";
            if (code == UserApplication) return length <= MostText ? Encoding.UTF8.GetString(options[..length]) : "";
            options = options[Math.Min((length + 3) & ~3, options.Length)..];
        }
        return "";
    }

    public static void Write(BlockBuilder block, string application)
    {
        if (application.Length == 0) return;
        var text = Encoding.UTF8.GetBytes(application);
        block.U16(UserApplication);
        block.U16((ushort)Math.Min(text.Length, MostText));
        block.Bytes(text.AsSpan(0, Math.Min(text.Length, MostText)));
        while (block.Size % 4 != 0) block.U8(0);
        block.U16(End);
        block.U16(0);
    }
}
