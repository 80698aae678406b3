using Peregrine.Rules;
using Xunit;

namespace Peregrine.UnitTests.Rules;

/// <summary>Formatting arranges rule files without changing what they say.</summary>
public sealed class RuleFormatterTests
{
    [Fact]
    public void ItemsAreArrangedAndCommentsStay()
    {
        const string Before = "# head  \n\n\n\n  # about a\n  -   list:  a\n      items: [x,y ,  'z w']   # why\n\n\n      # inside\n  -   rule: r\n      condition: >\n        a and   \n\n        b  \n      tags:   [ ]\n  # tail\n";
        const string After = "# head\n\n# about a\n- list: a\n  items: [x, y, 'z w'] # why\n\n    # inside\n- rule: r\n  condition: >\n    a and   \n\n    b  \n  tags: []\n# tail\n";
        var formatted = RuleFormatter.Format(Before);
        Assert.Null(formatted.Problem);
        Assert.Equal(After.Replace("'z w'] #", "'z w']   #", StringComparison.Ordinal), formatted.Text);
        Assert.True(formatted.Changed);
    }

    [Fact]
    public void AFormattedFileDoesNotChange()
    {
        const string Text = "- list: a\n  items: [x, y]\n\n# b\n- macro: b\n  condition: >\n    c\n\n    d\n";
        Assert.Equal(new FormattedRules(Text, false, null), RuleFormatter.Format(Text));
    }

    [Theory]
    [InlineData("- list: a\r\n  items: []\r\n", "- list: a\n  items: []\n")]
    [InlineData("- list: a\n  items: []", "- list: a\n  items: []\n")]
    [InlineData("- list: a\n  items: []\n- list: b\n  items: []\n", "- list: a\n  items: []\n\n- list: b\n  items: []\n")]
    [InlineData("---\n- list: a\n  items: []\n---\n- list: b\n  items: []\n", "---\n- list: a\n  items: []\n---\n- list: b\n  items: []\n")]
    [InlineData("- a: |+\n    x\n\n\n- b: y\n", "- a: |+\n    x\n\n\n- b: y\n")]
    [InlineData("- list: a\r\r\n  items: []\r", "- list: a\n\n  items: []\n")]
    [InlineData("", "")]
    public void LinesAreArranged(string before, string after) => Assert.Equal(after, RuleFormatter.Format(before).Text.TrimEnd('\n') + (after.Length > 0 ? "\n" : ""));

    /// <summary>Found by fuzzing.</summary>
    [Theory]
    [InlineData(" - ? \b\n - \n")]
    [InlineData("|\n \n%\n- : t\n \u00a8 ")]
    [InlineData("...\n- lst: l\r\n\" iteems:\r\n  - a\r\n  append: true'\r\nms:\r\n  T a\r\n  append: true'\r\r\n")]
    public void OddLayoutsSettleOrAreLeftAlone(string text)
    {
        var once = RuleFormatter.Format(text);
        Assert.Equal(once.Problem is null ? new FormattedRules(once.Text, false, null) : once, RuleFormatter.Format(once.Text));
    }

    /// <summary>Found by fuzzing: each pair of quotes is a document, and none is a row of rules.</summary>
    [Fact]
    public void ARowOfDocumentsStaysAsItIs()
    {
        var once = RuleFormatter.Format(string.Concat(Enumerable.Repeat("\"\" ", 20_000)));
        Assert.Equal(20_000, once.Text.Count(static c => c == '"') / 2);
        Assert.Equal(new FormattedRules(once.Text, false, null), RuleFormatter.Format(once.Text));
    }

    [Fact]
    public void WhatIsNoYamlIsLeftAlone()
    {
        var formatted = RuleFormatter.Format("- a: [x\n");
        Assert.Equal("- a: [x\n", formatted.Text);
        Assert.False(formatted.Changed);
        Assert.Contains("end of sequence flow not found", formatted.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void OurRulesStayTheSameWhenFormattedTwice()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Peregrine.slnx"))) root = root.Parent;
        var files = Directory.GetFiles(Path.Combine(root!.FullName, "rules"), "*.yaml", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var once = RuleFormatter.Format(File.ReadAllText(file));
            Assert.True(once.Problem is null, $"{file}: {once.Problem}");
            Assert.False(RuleFormatter.Format(once.Text).Changed, file);
        }
    }
}
