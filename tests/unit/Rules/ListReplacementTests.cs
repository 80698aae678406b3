using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>Lists are put into the text of conditions, with the reference's oddities.</summary>
public sealed class ListReplacementTests
{
    private static string ConditionWith(string list, string condition) => Condition(Loaded($"- list: l\n  items: {list}\n" + Rule(condition)));

    [Theory]
    [InlineData("[]", "evt.type=open and proc.name in (l)", "proc.name in ()")]
    [InlineData("[]", "evt.type=open and proc.name in (a, l)", "proc.name in (a)")]
    [InlineData("[]", "evt.type=open and proc.name in (l, a)", "proc.name in (a)")]
    [InlineData("[x, y z]", "evt.type=open and proc.name in (l,l)", "proc.name in (x, \"y z\", x, \"y z\")")]
    [InlineData("[x]", "evt.type=open and proc.name=l", "proc.name = x")]
    [InlineData("[x]", "evt.type=open and proc.name in (al, la, l.a, /l)", "proc.name in (al, la, l.a, /l)")]
    public void NamesBetweenDelimitersAreReplaced(string list, string condition, string expected) =>
        Assert.Equal($"(evt.type = open and {expected})", ConditionWith(list, condition));

    [Fact]
    public void AConditionMayConsistOfALists() => Assert.Equal("evt.type = open", ConditionWith("[\"evt.type=open\"]", "l"));

    [Fact]
    public void QuotesDoNotProtectByDefaultAndAreAdvisedAbout()
    {
        var (loader, result) = Load("- list: l\n  items: [a, b]\n" + Rule("evt.type=open and proc.name = \"x l y\""));
        Assert.Equal("(evt.type = open and proc.name = \"x a, b y\")", Condition(loader));
        Assert.Equal("PEREGRINE_LIST_NAME_IN_QUOTES", Assert.Single(result.Advice).CodeName);
        Assert.DoesNotContain("PEREGRINE", result.ToText(), StringComparison.Ordinal);
    }
}
