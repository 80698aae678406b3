using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary><c>rules_semantics: strict</c> does what authors mean; both ways of loading say where the meaning depends on it.</summary>
public sealed class StrictSemanticsTests
{
    private static RuleLoader Strict(params string[] files)
    {
        var loader = NewLoader(RulesSemantics.Strict);
        foreach (var file in files) Assert.True(loader.Load("f", file) is { Successful: true, Advice.Count: var n } && (file == files[0] && files.Length > 1 || n == 1));
        return loader;
    }

    [Fact]
    public void QuotedTextIsKept()
    {
        var loader = Strict("- list: l\n  items: [a, b]\n" + Rule("evt.type=open and proc.name in (l) and proc.args contains \"x l y\""));
        Assert.Equal("(evt.type = open and proc.name in (a, b) and proc.args contains \"x l y\")", Condition(loader));
    }

    [Theory]
    [InlineData("and proc.name=x", "((evt.type = open or evt.type = close) and proc.name = x)")]
    public void AnAppendedAndAppliesToTheWhole(string appended, string expected)
    {
        const string Base = "evt.type=open or evt.type=close";
        var append = $"- rule: r\n  condition: {appended}\n  override: {{condition: append}}";
        Assert.Equal(expected, Condition(Strict(Rule(Base), append)));
        var (loader, result) = Load(Rule(Base), append);
        Assert.Equal("(evt.type = open or (evt.type = close and proc.name = x))", Condition(loader));
        Assert.Equal("PEREGRINE_APPEND_BINDS_TO_LAST_OR", Assert.Single(result.Advice).CodeName);
    }

    [Fact]
    public void MacrosToo()
    {
        var loader = Strict("- macro: m\n  condition: evt.type=open or evt.type=close\n", "- macro: m\n  condition: and proc.name=x\n  append: true\n" + Rule("m"));
        Assert.Equal("((evt.type = open or evt.type = close) and proc.name = x)", Condition(loader));
    }

    [Fact]
    public void AppendsThatMeanTheSameEitherWayAreNotMentioned()
    {
        Assert.Empty(Load(Rule("evt.type=open and proc.name=a"), "- rule: r\n  condition: and proc.name=x\n  override: {condition: append}").Result.Advice);
        Assert.Empty(Load(Rule("evt.type=open or evt.type=close"), "- rule: r\n  condition: or proc.name=x\n  override: {condition: append}").Result.Advice);
    }

    [Fact]
    public void SeveralNetworksAreMentioned() =>
        Assert.Equal("PEREGRINE_FD_NET_FIRST_ONLY", Assert.Single(Load(Rule("evt.type=connect and fd.net in (10.0.0.0/8, 127.0.0.0/8)")).Result.Advice).CodeName);
}
