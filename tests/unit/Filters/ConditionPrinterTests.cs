using Peregrine.Filters;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class ConditionPrinterTests
{
    [Theory]
    [InlineData("""a.b = "" """)]
    [InlineData("""a.b = "x(y" and c.d in ("", "a,b", 'q"', "tail\ ") """)]
    [InlineData("""a.b = "oneof" and a.c = 'val(x.y)' """)]
    [InlineData("""a.b["x]"] != allof ("\t", "\\ x") or not(not a)""")]
    [InlineData("""getopt(("-t", proc.name, 1), "t:")[":"] intersects names""")]
    [InlineData("""a.b <= -1.5e+3 and a.c > 0x1F and tolower(a.b) = toupper(c.d)""")]
    [InlineData("""fd.name = val(proc.name)[x]""")]
    public void What_is_printed_as_source_is_read_as_the_same_tree(string text)
    {
        var tree = ConditionParser.Parse(text);
        var printed = ConditionPrinter.PrintSource(tree);
        var again = ConditionParser.Parse(printed);
        Assert.Equal(printed, ConditionPrinter.PrintSource(again));
        Assert.Equal(ConditionPrinter.Print(tree), ConditionPrinter.Print(again));
    }

    [Fact]
    public void Random_trees_survive_printing_and_reading()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < PropertyPairs.Count; i++)
        {
            var tree = new RandomConditions(random).Tree();
            var printed = ConditionPrinter.PrintSource(tree);
            var again = ConditionParser.Parse(printed);
            Assert.True(ConditionPrinter.Print(tree) == ConditionPrinter.Print(again), $"seed {seed}: {printed}");
            Assert.Equal(printed, ConditionPrinter.PrintSource(again));
        }
    }

    /// <summary>Texts with the bytes that matter to the grammar.</summary>
    [Fact]
    public void Random_texts_never_do_worse_than_a_syntax_error()
    {
        string[] parts = ["a.b", "(", ")", " ", "and", "or", "not", "=", "in", "\"", "'", "\\", "[", "]", ",", "oneof", "tolower(", "val(", "1", "0x", "e+", ".", "\n", "é", "\0", "exists", "<", "regex "];
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                var printed = ConditionPrinter.PrintSource(ConditionParser.Parse(text));
                Assert.Equal(printed, ConditionPrinter.PrintSource(ConditionParser.Parse(printed)));
            }
            catch (ConditionSyntaxException e)
            {
                Assert.InRange(e.Offset, 0, System.Text.Encoding.UTF8.GetByteCount(text));
            }
        }
    }
}
