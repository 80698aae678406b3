using System.Buffers;
using System.Text;
using System.Text.Json;
using Peregrine.Filters;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class OutputFormatTests
{
    private readonly MadeUpFields _fields = new()
    {
        Current = new EventValues
        {
            ["t.text"] = "init"u8.ToArray(),
            ["t.int"] = -5L,
            ["t.flag"] = true,
            ["t.double"] = 0.25,
            ["t.ip"] = new byte[] { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },
            ["t.list"] = new[] { "a"u8.ToArray(), "b"u8.ToArray() },
            ["t.numbers"] = new[] { 1L, 2L },
            ["t.buffer"] = new byte[] { (byte)'x', 0, (byte)'y' },
        },
    };

    [Theory]
    [InlineData("name=%t.text.", "name=init.")]
    [InlineData("%t.textual", "initual")]
    [InlineData("%2t.text|%8t.text|", "in|init    |")]
    [InlineData("%t.int %t.flag %t.ip %t.list %t.numbers", "-5 true 2001:db8::1 (a,b) (1,2)")]
    [InlineData("%toupper( t.text )%t.int", "INIT-5")]
    [InlineData("%join(\"->\", (t.text, t.int))", "init->-5")]
    [InlineData("%t.text[x]", "init[x]")]
    [InlineData("%t.text[x y] %t.text[", "init[x y] init[")]
    [InlineData("%toupper(t.text)[x y] %toupper(t.text)[x]", "INIT[x y] INIT[x]")]
    [InlineData("%toupper(t.text)%t.text(", "INITinit(")]
    [InlineData("*%t.other and %t.text", "<NA> and init")]
    [InlineData("*%t.net", "<NA>")]
    [InlineData("é%t.textü", "éinitü")]
    public void Fields_are_filled_in(string format, string expected)
    {
        var context = default(EventContext);
        var output = new ArrayBufferWriter<byte>();
        Assert.True(OutputFormat.Compile(format, _fields.Catalog).TryFormat(ref context, new EvaluationScratch(), output));
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    /// <summary>Found by fuzzing: the time must not grow with the square of the length.</summary>
    [Fact]
    public void Ten_megabytes_with_a_million_fields_compile()
    {
        var context = default(EventContext);
        var output = new ArrayBufferWriter<byte>();
        var format = OutputFormat.Compile(string.Concat(Enumerable.Repeat("x=%t.text,", 1_000_000)), _fields.Catalog);
        Assert.True(format.TryFormat(ref context, new EvaluationScratch(), output));
        Assert.Equal(7_000_000, output.WrittenCount);
    }

    [Fact]
    public void A_missing_value_stops_the_text_unless_it_is_asked_for()
    {
        var context = default(EventContext);
        var output = new ArrayBufferWriter<byte>();
        Assert.False(OutputFormat.Compile("a %t.text %t.other b", _fields.Catalog).TryFormat(ref context, new EvaluationScratch(), output));
        Assert.Equal("a init ", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("", "empty formatting token")]
    [InlineData("a %", "invalid formatting syntax: formatting cannot end with a %")]
    [InlineData("a %12", "invalid formatting syntax: formatting cannot end with a number")]
    [InlineData("a %x.y b", "unknown filter: unexpected token after '")]
    [InlineData("a %% b", "unknown filter: unexpected token after '")]
    [InlineData("%toupper(t.int)", "unknown filter: unexpected token after '")]
    [InlineData("%tolower(t.text", "unknown filter: unexpected token after '")]
    public void Mistakes_are_named(string format, string message) =>
        Assert.Equal(message, Assert.Throws<FilterException>(() => OutputFormat.Compile(format, _fields.Catalog)).Message);

    [Fact]
    public void Json_keeps_the_types()
    {
        const string Format = "*%t.text %t.int %t.flag %t.double %t.ip %t.list %t.numbers %t.other %tolower(toupper(t.text))";
        var context = default(EventContext);
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            Assert.True(OutputFormat.Compile(Format, _fields.Catalog).TryWriteFields(ref context, new EvaluationScratch(), writer));
            writer.WriteEndObject();
        }
        Assert.Equal(
            """{"t.double":0.25,"t.flag":true,"t.int":-5,"t.ip":"2001:db8::1","t.list":["a","b"],"t.numbers":[1,2],"t.other":null,"t.text":"init","tolower(toupper(t.text))":"init"}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_megabyte_of_percent_signs_and_letters_is_refused_quickly()
    {
        Assert.Throws<FilterException>(() => OutputFormat.Compile("%" + new string('a', 1_000_000), _fields.Catalog));
        Assert.Throws<FilterException>(() => OutputFormat.Compile(string.Concat(Enumerable.Repeat("%tolower(", 100_000)), _fields.Catalog));
        Assert.Throws<FilterException>(() => OutputFormat.Compile("%" + string.Concat(Enumerable.Repeat("tolower(", 100_000)), _fields.Catalog));
    }
}
