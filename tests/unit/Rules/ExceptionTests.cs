using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>Exceptions become part of the condition, as text.</summary>
public sealed class ExceptionTests
{
    private static string With(string exception) => Rule("evt.type=open", more: "  exceptions:\n  - " + exception.Replace("\n", "\n    ", StringComparison.Ordinal));

    [Theory]
    [InlineData("name: e\nfields: proc.name\nvalues: [a, b c]", "not proc.name in (a, \"b c\")")]
    [InlineData("name: e\nfields: proc.name\ncomps: glob anyof\nvalues: [a*]", "not proc.name glob anyof (a*)")]
    [InlineData("name: e\nfields: [proc.name, fd.name]\ncomps: [=, in]\nvalues:\n- [a, [x, y z]]\n- [b, /q]", "not ((proc.name = a and fd.name in (x, \"y z\")) or (proc.name = b and fd.name in (/q)))")]
    [InlineData("name: e\nfields: [proc.name]\nvalues: [[\"val(proc.pname)\"]]", "not proc.name = val(proc.pname)")]
    public void ValuesOfEveryShape(string exception, string expected) => Assert.Equal($"(evt.type = open and {expected})", Condition(Loaded(With(exception))));

    [Fact]
    public void WithoutValuesItContributesNothing() => Assert.Equal("evt.type = open", Condition(Loaded(With("name: e\nfields: [proc.name]"))));

    [Fact]
    public void AnOrIsProtectedByParentheses() => Assert.Equal("((evt.type = open or evt.type = close) and not proc.name in (a))",
        Condition(Loaded(Rule("evt.type=open or evt.type=close", more: "  exceptions:\n  - {name: e, fields: proc.name, values: [a]}"))));

    [Theory]
    [InlineData("name: e\nfields: [proc.name]\ncomps: [=, in]\nvalues: [[a]]", "Fields and comps lists must have equal length")]
    [InlineData("name: e\nfields: proc.name\ncomps: [in]\nvalues: [a]", "Fields and comps must both be strings")]
    [InlineData("name: e\nfields: []\nvalues: [a]", "Rule exception item must have fields property with a list of fields")]
    [InlineData("name: e\nfields: [proc.name]\nvalues: [a]", "Fields and values lists must have equal length")]
    [InlineData("name: e\nfields: [proc.name]\nvalues: a", "Rule exception values must be a sequence")]
    [InlineData("name: e\nfields: [\"\"]\nvalues: [[a]]", "Value must be non-empty")]
    [InlineData("name: e\nfields: [proc.name) or (evt.num]\nvalues: [[a]]", "'proc.name) or (evt.num' is not a supported filter field")]
    public void MistakesAreNamed(string exception, string message) => Assert.Equal(message, Error(With(exception)).Message);

    [Fact]
    public void AppendedValuesJoinAnExceptionAndANewOneNeedsBoth()
    {
        var file = With("name: e\nfields: [proc.name]\nvalues: [[a]]");
        Assert.Equal("(evt.type = open and not (proc.name = a or proc.name = b))",
            Condition(Loaded(file, "- rule: r\n  exceptions: [{name: e, values: [[b]]}]\n  override: {exceptions: append}")));
        Assert.Equal("Rule exception must have values property with a list of values",
            Error(file, "- rule: r\n  exceptions: [{name: f, fields: [proc.name]}]\n  override: {exceptions: append}").Message);
    }

    [Fact]
    public void ReplacedExceptionsGetTheirComparisons() =>
        Assert.Equal("(evt.type = open and not fd.name in (x))",
            Condition(Loaded(With("name: e\nfields: [proc.name]\nvalues: [[a]]"), "- rule: r\n  exceptions: [{name: f, fields: fd.name, values: [x]}]\n  override: {exceptions: replace}")));
}
