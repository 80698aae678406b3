using Peregrine.Rules.Yaml;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>YAML is read with places, as yaml-cpp reads it.</summary>
public sealed class YamlDocumentsTests
{
    private static YamlNode One(string text) => Assert.Single(YamlDocuments.Read(text));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a b: c", null)]
    [InlineData("'it''s'", "it's")]
    [InlineData("\"a\\tb\\x41\\u00e9\\\"\"", "a\tbAé\"")]
    [InlineData("\"a\\\n  b\"", "ab")]
    [InlineData("a\n b\n\n c", "a b\nc")]
    [InlineData("'a\n\n b'", "a\nb")]
    [InlineData("|\n a\n  b\n", "a\n b\n")]
    [InlineData("|-\n a\n\n", "a")]
    [InlineData("|+\n a\n\n", "a\n\n")]
    [InlineData(">\n a\n b\n\n c\n", "a b\nc\n")]
    [InlineData(">\n a\n   b\n c\n", "a\n  b\nc\n")]
    [InlineData("a # comment", "a")]
    [InlineData("a#b", "a#b")]
    [InlineData("!!str null", "null")]
    [InlineData("\r\na\r\n b\r\n", "a b")]
    public void ScalarsOfEveryStyle(string text, string? expected)
    {
        var node = One(text);
        if (expected is null) Assert.True(node.IsMap);
        else Assert.Equal((YamlKind.Scalar, expected), (node.Kind, node.Text));
    }

    [Theory]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("---")]
    [InlineData("--- # nothing")]
    public void NullIsAKindOfItsOwn(string text) => Assert.True(One(text).IsNull);

    [Theory]
    [InlineData("\"null\"")]
    [InlineData("'~'")]
    public void QuotedNullIsText(string text) => Assert.True(One(text).IsScalar);

    [Fact]
    public void PlacesCountBytesLinesAndColumnsFromZero()
    {
        var root = One("\n- é: [a, b]\n  k:\n    - x\n");
        var item = root.Items[0];
        Assert.Equal(new YamlMark(1, 1, 0), root.Mark);
        Assert.Equal(new YamlMark(3, 1, 2), item.Mark);
        Assert.Equal(new YamlMark(7, 1, 6), item.Entries[0].Value.Mark);
        Assert.Equal(new YamlMark(11, 1, 10), item.Entries[0].Value.Items[1].Mark);
        Assert.Equal(new YamlMark(23, 3, 4), item.Entries[1].Value.Mark);
    }

    [Fact]
    public void AByteOrderMarkTakesNoPlace()
    {
        var node = One("\uFEFFa: b");
        Assert.Equal((new YamlMark(0, 0, 0), "a"), (node.Mark, node.Entries[0].Key.Text));
    }

    [Fact]
    public void OfTwoEqualKeysTheFirstIsFound() => Assert.Equal("1", One("{a: 1, a: 2}").Find("a")!.Text);

    [Fact]
    public void SeveralDocumentsAreRead() => Assert.Equal(["a", "b", ""], YamlDocuments.Read("a\n---\nb\n...\n---\n").Select(d => d.Text));

    [Fact]
    public void AKeyInTheColumnOfASequenceStartsAnotherDocument() => Assert.Equal([YamlKind.Sequence, YamlKind.Map], YamlDocuments.Read("- a\nb: c").Select(d => d.Kind));

    [Fact]
    public void CommentsAloneAreNoDocument() => Assert.Empty(YamlDocuments.Read("# nothing\n\n"));

    [Fact]
    public void AnAliasIsTheNodeThatItNames()
    {
        var root = One("[&x [1, 2], *x]");
        Assert.Same(root.Items[0], root.Items[1]);
    }

    [Fact]
    public void CompactMapsStandInFlowSequences()
    {
        var root = One("[a: 1, {b}, ? c : d]");
        Assert.Equal("1", root.Items[0].Find("a")!.Text);
        Assert.True(root.Items[1].Find("b")!.IsNull);
        Assert.Equal("d", root.Items[2].Find("c")!.Text);
    }

    [Fact]
    public void AMultilineValueIsIndentedMoreThanItsKey() =>
        Assert.Equal("evt.type = open and proc.name = x", One("- condition:\n    evt.type = open\n    and proc.name = x\n  output: o").Items[0].Find("condition")!.Text);

    [Theory]
    [InlineData("- a: [x\n", 2, 1, "end of sequence flow not found")]
    [InlineData("a: b: c", 1, 5, "illegal map value")]
    [InlineData("a: {b", 1, 1, "end of map flow not found")]
    [InlineData("\"a", 1, 3, "illegal EOF in scalar")]
    [InlineData("a: ]", 1, 4, "illegal flow end")]
    [InlineData("[a}", 1, 3, "illegal flow end")]
    [InlineData("a: *b", 1, 4, "the referenced anchor is not defined: b")]
    [InlineData("a: @b", 1, 4, "unknown token")]
    [InlineData("a: b\n- c", 2, 1, "end of map not found")]
    [InlineData("\"\\q\"", 1, 4, "unknown escape character: q")]
    [InlineData("a: |0\n b", 1, 6, "cannot set zero indentation for a block scalar")]
    [InlineData("a: - b", 1, 4, "illegal block entry")]
    [InlineData("%YAML 1.2 3\n---\na", 1, 1, "YAML directives must have exactly one argument")]
    public void MistakesHaveTheirPlace(string text, int line, int column, string problem)
    {
        var e = Assert.Throws<YamlException>(() => YamlDocuments.Read(text));
        Assert.Equal($"yaml-cpp: error at line {line}, column {column}: {problem}", e.Message);
    }
}
