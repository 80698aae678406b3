using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>Rules are switched on and off by name and tag, in order.</summary>
public sealed class SelectionTests
{
    private static readonly RuleSet Rules = Loaded(
        Rule("evt.type=open", "open file", "  tags: [fs]"), Rule("evt.type=close", "close file", "  tags: [fs, x]\n  enabled: false"), Rule("evt.type=connect", "connect", "  tags: [net]")).Rules;

    private static string[] Running(params SelectionStep[] steps) => [.. RuleSelection.Apply(Rules, steps).Select(r => r.Name)];

    [Fact]
    public void TheFilesDecideFirst() => Assert.Equal(["open file", "connect"], Running());

    [Fact]
    public void OneTagAlone() => Assert.Equal(["open file", "close file"], Running(SelectionStep.Rules(false, "*"), SelectionStep.Tagged(true, "fs")));

    [Fact]
    public void SwitchedOffAndOnComesLast() => Assert.Equal(["connect", "open file"], Running(SelectionStep.Rules(false, "open*"), SelectionStep.Rules(true, "open*")));

    [Fact]
    public void SwitchedOnTwiceKeepsItsPlace() => Assert.Equal(["open file", "connect", "close file"], Running(SelectionStep.Rules(true, "*")));

    [Fact]
    public void TagsMatchExactly() => Assert.Equal(["open file", "connect"], Running(SelectionStep.Tagged(false, "f"), SelectionStep.Tagged(false, "*")));

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "ab", false)]
    [InlineData("A", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("a*", "abc", true)]
    [InlineData("*c", "abc", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("*b*", "abc", true)]
    [InlineData("a**c", "abc", true)]
    [InlineData("*ab", "abab", false)]
    [InlineData("*x*", "abc", false)]
    [InlineData("a?c", "abc", false)]
    public void PatternsDoNotLookBack(string pattern, string name, bool matches) => Assert.Equal(matches, NamePattern.Matches(pattern, name));

    [Fact]
    public void RulesBelowTheThresholdNeverRun()
    {
        var loader = new RuleLoader(RuleFiles.Options with { Threshold = RulePriority.Warning });
        loader.Load("f", Rule("evt.type=open"));
        Assert.Single(loader.Rules.Rules);
        Assert.Empty(RuleSelection.Apply(loader.Rules, [SelectionStep.Rules(true, "*")]));
        Assert.Equal(0, loader.Rules.EnabledCount);
    }
}
