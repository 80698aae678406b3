using System.Buffers;
using System.Text;
using Peregrine.Sensor.Alerts;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

public sealed class AlertTextTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\b\f\n\r\t\u0001\u001f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\"")]
    [InlineData("é€\U0001F985<&>\u007f", "\"é€\U0001F985<&>\u007f\"")]
    public void Json_strings_escape_what_must_be_escaped(string text, string expected) => Assert.Equal(expected, Json(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xff, (byte)'b' }, "\"a\uFFFDb\"")]
    [InlineData(new byte[] { 0xe2, 0x82 }, "\"\uFFFD\"")]
    [InlineData(new byte[] { 0xe2, 0x82, (byte)'"' }, "\"\uFFFD\\\"\"")]
    [InlineData(new byte[] { 0xc0, 0x80 }, "\"\uFFFD\uFFFD\"")]
    public void Json_strings_replace_what_is_not_utf8(byte[] text, string expected) => Assert.Equal(expected, Json(text));

    [Fact]
    public void Times_have_nine_fraction_digits_in_every_form()
    {
        const ulong Time = 1470327477_000000123;
        var output = new ArrayBufferWriter<byte>();
        new EventTime(TimeZoneInfo.Utc).WriteTimeOfDay(output, Time);
        output.Write(" "u8);
        new EventTime(TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x")).WriteTimeOfDay(output, Time);
        output.Write(" "u8);
        EventTime.WriteIso(output, Time, "+0000");
        output.Write(" "u8);
        EventTime.WriteIso(output, ulong.MaxValue, "Z");
        Assert.StartsWith("16:17:57.000000123 18:17:57.000000123 2016-08-04T16:17:57.000000123+0000 2554-07-21T", Encoding.ASCII.GetString(output.WrittenSpan), StringComparison.Ordinal);
    }

    private static string Json(byte[] text)
    {
        var output = new ArrayBufferWriter<byte>();
        JsonText.WriteString(output, text);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
