using System.Text;
using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Filters.Rendering;
using Xunit;

namespace Peregrine.UnitTests.Fields;

/// <summary>How numbers, flags, errors, addresses, paths and times read.</summary>
public sealed class RenderingTests
{
    [Theory]
    [InlineData(-2, "ENOENT")]
    [InlineData(-11, "EAGAIN")]
    [InlineData(-35, "EDEADLK")]
    [InlineData(-36, "ENAMETOOLONG")]
    [InlineData(-42, "ENOMSG")]
    [InlineData(-59, "EBFONT")]
    [InlineData(-75, "EOVERFLOW")]
    [InlineData(-98, "EADDRINUSE")]
    [InlineData(-111, "ECONNREFUSED")]
    [InlineData(-115, "EINPROGRESS")]
    [InlineData(-133, "EHWPOISON")]
    [InlineData(-512, "ERESTARTSYS")]
    [InlineData(-516, "ERESTART_RESTARTBLOCK")]
    [InlineData(-524, "ENOTSUPP")]
    [InlineData(-41, "")]
    [InlineData(-600, "")]
    [InlineData(int.MinValue, "")]
    public void ErrorsHaveTheirSymbols(long result, string symbol) => Assert.Equal(symbol, Encoding.ASCII.GetString(ErrnoNames.Of(result)));

    [Theory]
    [InlineData(9, "SIGKILL")]
    [InlineData(29, "SIGIO")]
    [InlineData(31, "SIGSYS")]
    [InlineData(0, "")]
    [InlineData(64, "")]
    public void SignalsHaveTheirSymbols(long number, string symbol) => Assert.Equal(symbol, Encoding.ASCII.GetString(SignalNames.Of(number)));

    [Theory]
    [InlineData(4097u, "O_RDONLY|O_CLOEXEC")]
    [InlineData(3u, "O_RDWR")]
    [InlineData(262u, "O_TRUNC|O_CREAT|O_WRONLY")]
    [InlineData(0u, "O_NONE")]
    public void FlagsAreTheSymbolsOfTheirBits(uint value, string symbols) => Assert.Equal(symbols, Text(b => FlagText.TryAppend(b, EventSchema.FlagTables["file_flags"], value)));

    [Fact]
    public void ANumberThatSeveralSymbolsShareHasThemAll() => Assert.Equal("AF_LOCAL|AF_UNIX", Text(b => FlagText.TryAppendExact(b, EventSchema.FlagTables["socket_families"], 1)));

    [Theory]
    [InlineData(-1, 4, PrintFormat.Hex, "FFFFFFFF")]
    [InlineData(-1, 8, PrintFormat.Hex, "FFFFFFFFFFFFFFFF")]
    [InlineData(0x5017AF4, 8, PrintFormat.Hex, "5017AF4")]
    [InlineData(438, 4, PrintFormat.Oct, "0666")]
    [InlineData(0, 4, PrintFormat.Oct, "0")]
    [InlineData(42, 8, PrintFormat._10PaddedDec, "000000042")]
    [InlineData(-5, 8, PrintFormat.Dec, "-5")]
    public void NumbersFollowTheirFormat(long number, int size, PrintFormat format, string text) => Assert.Equal(text, Text(b => NumberText.Append(b, number, format, size)));

    [Theory]
    [InlineData("020A00000150000A000002BB01", "10.0.0.1:80->10.0.0.2:443")]
    [InlineData("0A00000000000000000000000000000001500000000000000000000000000000000001BB01", "::1:80->::1:443")]
    [InlineData("0A00000000000000000000FFFF0A0000015000" + "00000000000000000000FFFF0A000002BB01", "10.0.0.1:80->10.0.0.2:443")]
    [InlineData("01EF00000000000000BE000000000000002F72756E2F7800", "ef->be /run/x")]
    [InlineData("020A", "INVALID IPv4")]
    [InlineData("0A00", "INVALID IPv6")]
    [InlineData("0100", "INVALID UNIX")]
    [InlineData("10", "family 16")]
    public void TuplesShowBothEnds(string hex, string text) => Assert.Equal(text, Text(b => SocketAddressText.AppendTuple(b, Convert.FromHexString(hex))));

    [Theory]
    [InlineData("/a/b", "c/../d//./e", "/a/b/d/e")]
    [InlineData("/a", "/x/../../y", "/y")]
    [InlineData("/", "x", "/x")]
    [InlineData("<UNKNOWN>", "x", "<UNKNOWN>/x")]
    public void PathsAreMadeAbsoluteAndPlain(string directory, string path, string joined) =>
        Assert.Equal(joined, Text(b => JoinedPath.Append(b, Encoding.UTF8.GetBytes(directory), Encoding.UTF8.GetBytes(path))));

    [Fact]
    public void LongPathsAreJoinedToo()
    {
        var name = new string('n', 255);
        var directory = "/" + string.Join('/', Enumerable.Repeat(name, 15));
        Assert.Equal(directory + "/" + name, Text(b => JoinedPath.Append(b, Encoding.UTF8.GetBytes(directory), Encoding.UTF8.GetBytes(name))));
    }

    [Theory]
    [InlineData(0ul, "0s")]
    [InlineData(1_500_000_000ul, "1.5s")]
    [InlineData(1_000ul, "1e-06s")]
    [InlineData(60_000_000_000ul, "60s")]
    public void DurationsReadAsSeconds(ulong nanoseconds, string text) => Assert.Equal(text, Text(b => TimeText.AppendSeconds(b, nanoseconds)));

    [Fact]
    public void TimesHaveNanoseconds() => Assert.Equal("2018-08-17T17:35:43.000000001+0000", Text(b => TimeText.AppendIso8601(b, 1_534_527_343_000_000_001)));

    [Fact]
    public void TimesBeyondTheCalendarAreShownAsItsEnd() => Assert.StartsWith("9999-", Text(b => TimeText.AppendDateTime(b, ulong.MaxValue, fraction: false)).Replace("2554", "9999"));

    [Theory]
    [InlineData("plain text, ünïcode 🦅", "plain text, ünïcode 🦅")]
    [InlineData("a\u001b[31mb\nc", "a\uFFFD[31mb\uFFFDc")]
    public void ControlCharactersAreNotShown(string text, string shown) => Assert.Equal(shown, Text(b => PrintableText.Append(Encoding.UTF8.GetBytes(text), b)));

    [Fact]
    public void WhatIsNotUtf8IsReplaced() => Assert.Equal("a\uFFFDb", Text(b => PrintableText.Append([(byte)'a', 0xff, (byte)'b'], b)));

    [Fact]
    public void BuffersShowDotsForUnprintableBytes() => Assert.Equal(".ELF..a", Text(b => BufferText.AppendDotted(b, [0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 0xff, (byte)'a'])));

    private static string Text(Action<ValueBuffer> append)
    {
        var buffer = new ValueBuffer();
        buffer.Begin();
        append(buffer);
        return Encoding.UTF8.GetString(buffer.End());
    }
}
