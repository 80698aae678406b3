using System.Text;

namespace Peregrine.Capture;

/// <summary>Tells what a file is that is no capture, so that the error can say it. Looks at its first bytes only.</summary>
internal static class ForeignFile
{
    private static readonly (byte[] Magic, string What)[] Kinds =
    [
        ([0xd4, 0xc3, 0xb2, 0xa1], Packets), ([0xa1, 0xb2, 0xc3, 0xd4], Packets), ([0x4d, 0x3c, 0xb2, 0xa1], Packets), ([0xa1, 0xb2, 0x3c, 0x4d], Packets),
        ("BZh"u8.ToArray(), Unpack("bzip2")),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], Unpack("xz")),
        ([0x04, 0x22, 0x4d, 0x18], Unpack("lz4")),
        ("PK"u8.ToArray(), "the file is a zip archive; take the capture out of it first"),
        ("\u007fELF"u8.ToArray(), "the file is a program"),
        ("PERFILE2"u8.ToArray(), "the file is a recording of perf"),
    ];

    /// <summary>So many printable bytes make a text.</summary>
    private const int TextSize = 512;

    private const string Packets = "the file is a recording of network packets (pcap)";

    /// <summary>For errors about a file whose blocks are those of network recordings.</summary>
    public const string PacketBlocks = "the file is a recording of network packets (pcapng)";

    /// <summary>For a section header whose magic number stands the other way round.</summary>
    public const string OtherByteOrder = "the capture was made on a big-endian machine; only little-endian ones can be read";

    /// <summary>What the file is; null when its beginning says nothing.</summary>
    public static string? Describe(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) return "the file is empty";
        foreach (var (magic, what) in Kinds)
            if (head.StartsWith(magic)) return what;
        if (head.Length >= 262 && head[257..].StartsWith("ustar"u8)) return "the file is a tar archive; take the capture out of it first";
        if (head.Length > TextSize) head = head[..TextSize];
        return IsText(head) ? $"the file is a text that begins with {Quote(head)}" : null;
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var b in head)
            if (b < 0x20 && b is not ((byte)'\n' or (byte)'\r' or (byte)'\t')) return false;
        return true;
    }

    private static string Quote(ReadOnlySpan<byte> head)
    {
        const int Most = 24;
        var end = head.IndexOfAny((byte)'\n', (byte)'\r', (byte)'\t');
        if (end >= 0) head = head[..end];
        return head.Length <= Most ? $"\"{Encoding.UTF8.GetString(head)}\"" : $"\"{Encoding.UTF8.GetString(head[..Most])}…\"";
    }

    private static string Unpack(string format) => $"the file is packed with {format}; unpack it first (gzip and zstd are unpacked on the way)";
}
