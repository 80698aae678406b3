using System.Text;
using Peregrine.Capture;
using Xunit;

namespace Peregrine.UnitTests.Capture;

/// <summary>What is no capture is refused in the words people know, and named.</summary>
public sealed class ForeignFileTests
{
    [Theory]
    [InlineData("", "error reading from file (1)", "the file is empty")]
    [InlineData("- rule: x\n  desc: d\n", "invalid block type", "the file is a text that begins with \"- rule: x\"")]
    [InlineData("{\"a\":1}\n", "invalid block type", "the file is a text that begins with \"{\"a\":1}\"")]
    [InlineData("hex:d4c3b2a1020004000000000000000000", "invalid block type", "the file is a recording of network packets (pcap)")]
    [InlineData("hex:425a6839314159265359", "invalid block type", "the file is packed with bzip2; unpack it first (gzip and zstd are unpacked on the way)")]
    [InlineData("hex:fd377a585a000004e6d6b446", "invalid block type", "the file is packed with xz; unpack it first (gzip and zstd are unpacked on the way)")]
    [InlineData("hex:504b0304140000000800", "invalid block type", "the file is a zip archive; take the capture out of it first")]
    [InlineData("hex:7f454c4602010100", "invalid block type", "the file is a program")]
    [InlineData("hex:00000000000000000000", "invalid block type", null)]
    // Section header, interface, statistics: what network tools write, little-endian and big-endian.
    [InlineData("hex:0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000010000001400000001000000ffff000014000000", "no events in file", "the file is a recording of network packets (pcapng)")]
    [InlineData("hex:0a0d0d0a0000001c1a2b3c4d00010000ffffffffffffffff0000001c", "invalid magic number", "the capture was made on a big-endian machine; only little-endian ones can be read")]
    public void ItIsNamed(string content, string problem, string? hint)
    {
        var bytes = content.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(content[4..]) : Encoding.UTF8.GetBytes(content);
        var error = Assert.Throws<CaptureException>(() => CaptureReader.Open(new MemoryStream(bytes)));
        Assert.Equal((problem, hint), (error.Problem, error.Hint));
        if (hint is not null) Assert.EndsWith("): " + hint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APackedTextIsNamedToo()
    {
        var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write("hello world\n"u8);
        stream.Position = 0;
        Assert.Contains("\"hello world\"", Assert.Throws<CaptureException>(() => CaptureReader.Open(stream)).Message, StringComparison.Ordinal);
    }
}
