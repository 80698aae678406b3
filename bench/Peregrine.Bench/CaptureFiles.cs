using System.Buffers.Binary;
using System.IO.Compression;

namespace Peregrine.Bench;

/// <summary>The large capture in the forms that replays are measured with.</summary>
/// <param name="Plain">Unpacked.</param>
/// <param name="Empty">Its tables and its first event only, since a capture without events is an error: what a replay costs before the events.</param>
/// <param name="Events">How many events the plain one has.</param>
internal sealed record CaptureFiles(string Plain, string Empty, long Events)
{
    private const int HeaderSize = 8;

    /// <summary>Block types that hold an event (with and without flags, in their versions).</summary>
    private static readonly uint[] EventBlocks = [0x204, 0x208, 0x216, 0x217, 0x221, 0x222];

    public static CaptureFiles Unpack(string packed, string folder)
    {
        var (plain, empty) = (Path.Combine(folder, "plain.scap"), Path.Combine(folder, "empty.scap"));
        using (var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        using (var target = File.Create(plain)) source.CopyTo(target);
        using var input = new BinaryReader(new BufferedStream(File.OpenRead(plain), 1 << 20));
        using var output = File.Create(empty);
        long events = 0;
        Span<byte> header = stackalloc byte[HeaderSize];
        while (input.BaseStream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) == HeaderSize)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) - HeaderSize;
            if (EventBlocks.Contains(BinaryPrimitives.ReadUInt32LittleEndian(header)))
            {
                if (events++ > 0)
                {
                    input.BaseStream.Seek(length, SeekOrigin.Current);
                    continue;
                }
            }
            output.Write(header);
            output.Write(input.ReadBytes(length));
        }
        return new CaptureFiles(plain, empty, events);
    }
}
