using Peregrine.Filters;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class ConditionParserTests
{
    [Fact]
    public void Operators_of_a_kind_are_collected_in_one_node()
    {
        var or = Assert.IsType<OrNode>(ConditionParser.Parse("a or b and c or not d"));
        Assert.Equal(3, or.Children.Count);
        Assert.IsType<AndNode>(or.Children[1]);
        Assert.IsType<NotNode>(or.Children[2]);
    }

    [Fact]
    public void A_node_knows_where_it_begins()
    {
        var and = Assert.IsType<AndNode>(ConditionParser.Parse("a and\r\n  proc.name in\t(x)"));
        var check = Assert.IsType<CheckNode>(and.Children[1]);
        Assert.Equal(new SourcePosition(9, 3, 3), check.Position);
        Assert.Equal(new SourcePosition(22, 3, 16), check.Right!.Position);
    }

    [Fact]
    public void Places_count_bytes()
    {
        var error = Assert.Throws<ConditionSyntaxException>(() => ConditionParser.Parse("proc.name = é)"));
        Assert.Equal(14, error.Offset);
    }

    [Fact]
    public void A_nul_ends_the_text()
    {
        var error = Assert.Throws<ConditionSyntaxException>(() => ConditionParser.Parse("a\0b"));
        Assert.Equal("unexpected token after 'a', expecting 'or', 'and'", error.Message);
    }

    [Theory]
    [InlineData("proc.name = oneof", "oneof")]
    [InlineData("proc.name = oneof and a", "oneof")]
    [InlineData("proc.name = anyof or(b)", "anyof")]
    public void A_word_without_a_list_behind_it_is_no_modifier(string text, string value)
    {
        var node = ConditionParser.Parse(text);
        while (node is not CheckNode) node = node is AndNode and ? and.Children[0] : ((OrNode)node).Children[0];
        var check = (CheckNode)node;
        Assert.Equal(CheckModifier.None, check.Modifier);
        Assert.Equal(value, Assert.IsType<LiteralExpression>(check.Right).Text);
    }

    [Theory]
    [InlineData("proc.name = anyof andy")]
    [InlineData("proc.name contains allof (a)")]
    public void A_word_with_a_list_behind_it_is_a_modifier(string text) =>
        Assert.NotEqual(CheckModifier.None, Assert.IsType<CheckNode>(ConditionParser.Parse(text)).Modifier);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("not(", ")")]
    [InlineData("not (a and ", ")")]
    [InlineData("not not ", "")]
    [InlineData("tolower(", ")")]
    public void Endless_nesting_is_refused_or_read_but_never_overflows_the_stack(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 100_000)) + "a.b exists" + string.Concat(Enumerable.Repeat(close, 100_000));
        var error = Record.Exception(() => ConditionParser.Parse(text));
        if (close.Length == 0) Assert.Null(error);
        else Assert.StartsWith("exceeded max depth limit", Assert.IsType<ConditionSyntaxException>(error).Message);
    }

    [Fact]
    public void As_much_nesting_as_is_allowed_is_read()
    {
        var depth = ConditionParser.MaxDepth;
        var text = string.Concat(Enumerable.Repeat("not (b or ", depth)) + "a.b exists" + new string(')', depth);
        Assert.Equal(ConditionPrinter.PrintSource(ConditionParser.Parse(text)), ConditionPrinter.PrintSource(ConditionParser.Parse(ConditionPrinter.PrintSource(ConditionParser.Parse(text)))));
    }

    [Fact]
    public void Long_texts_and_lists_are_read_in_linear_time()
    {
        Assert.IsType<CheckNode>(ConditionParser.Parse("a.b = \"" + new string('x', 10_000_000) + "\""));
        Assert.IsType<CheckNode>(ConditionParser.Parse("a.b = \"" + string.Concat(Enumerable.Repeat("\\\"", 5_000_000)) + "\""));
        Assert.Throws<ConditionSyntaxException>(() => ConditionParser.Parse("a.b = '" + new string('x', 10_000_000)));
        var list = Assert.IsType<CheckNode>(ConditionParser.Parse("a.b in (" + string.Join(", ", Enumerable.Range(0, 100_000)) + ")"));
        Assert.Equal(100_000, Assert.IsType<ListExpression>(list.Right).Items.Count);
        Assert.IsType<OrNode>(ConditionParser.Parse(string.Join(" or\n", Enumerable.Repeat("a.b = c", 100_000))));
    }
}
