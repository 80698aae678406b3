using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>Lists, macros and rules across files: order, visibility, appends, overrides, redefinition.</summary>
public sealed class RuleLoadingTests
{
    [Fact]
    public void AMacroSeesOnlyWhatWasDefinedBeforeIt()
    {
        var error = Error("- macro: a\n  condition: b\n- macro: b\n  condition: evt.type=open\n" + Rule("a"));
        Assert.Equal((LoadErrorCode.Validate, "Undefined macro 'b' used in filter."), (error.Code, error.Message));
    }

    [Fact]
    public void AnAppendMakesLaterMacrosVisible()
    {
        var loader = Loaded("- macro: a\n  condition: evt.type=open\n- macro: b\n  condition: proc.name=x\n- macro: a\n  condition: and b\n  override: {condition: append}\n" + Rule("a"));
        Assert.Equal("(evt.type = open and proc.name = x)", Condition(loader));
    }

    [Fact]
    public void ARuleSeesMacrosDefinedAfterIt() =>
        Assert.Equal("evt.type = open", Condition(Loaded(Rule("m") + "\n- macro: m\n  condition: evt.type=open")));

    [Fact]
    public void ARedefinitionKeepsItsPlace()
    {
        var loader = Loaded(Rule("evt.type=open", "a"), Rule("evt.type=close", "b"), Rule("evt.type=rename", "a"));
        Assert.Equal(["a", "b"], loader.Rules.Rules.Select(r => r.Name));
        Assert.Equal("evt.type = rename", Condition(loader, "a"));
    }

    [Fact]
    public void AFileThatFailsKeepsTheRulesBefore()
    {
        var (loader, result) = Load(Rule("evt.type=open"), Rule("evt.type=", "s"));
        Assert.False(result.Successful);
        Assert.Equal(["r"], loader.Rules.Rules.Select(r => r.Name));
    }

    [Fact]
    public void ListsInListsAreResolvedOneLevelDeepAndThenByName()
    {
        var loader = Loaded("""
            - list: a
              items: [x]
            - list: b
              items: [a, y]
            - list: c
              items: [b, z]
            """ + "\n" + Rule("evt.type=open and proc.name in (c)"));
        Assert.Equal("(evt.type = open and proc.name in (a, y, z))", Condition(loader));
    }

    [Fact]
    public void AppendedTagsAreAUnionAndReplacedOnesAreNot()
    {
        var file = Rule("evt.type=open", more: "  tags: [b]");
        Assert.Equal(["a", "b"], Loaded(file, "- rule: r\n  tags: [a, b]\n  override: {tags: append}").Rules.Find("r")!.Tags);
        Assert.Equal(["a"], Loaded(file, "- rule: r\n  tags: [a]\n  override: {tags: replace}").Rules.Find("r")!.Tags);
    }

    [Fact]
    public void TheOutputIsTrimmedInADefinitionOnly()
    {
        var definition = Rule("evt.type=open").Replace("output: o %proc.name", "output: \" o \"", StringComparison.Ordinal);
        Assert.Equal("o", Loaded(definition).Rules.Find("r")!.Output);
        Assert.Equal(" n ", Loaded(definition, "- rule: r\n  output: \" n \"\n  override: {output: replace}").Rules.Find("r")!.Output);
    }

    [Fact]
    public void CaptureSettingsReachTheRule()
    {
        var rule = Loaded(Rule("evt.type=open", more: "  capture: true\n  capture_duration: 0x10")).Rules.Find("r")!;
        Assert.Equal((true, 16u), (rule.Capture, rule.CaptureDuration));
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("On", true)]
    [InlineData("N", false)]
    [InlineData("FALSE", false)]
    public void BooleansHaveManySpellings(string spelling, bool enabled) =>
        Assert.Equal(enabled, Loaded(Rule("evt.type=open", more: $"  enabled: {spelling}")).Rules.Find("r")!.Enabled);

    [Theory]
    [InlineData("tRue")]
    [InlineData("1")]
    public void OtherSpellingsAreRefused(string spelling) =>
        Assert.Equal("Can't decode YAML scalar value", Error(Rule("evt.type=open", more: $"  enabled: {spelling}")).Message);

    [Theory]
    [InlineData("010", "0.8.0")]
    [InlineData("0x1F", "0.31.0")]
    [InlineData("0.35.1-rc", "0.35.1")]
    public void EngineVersionsAreNumbersOrTriples(string version, string required) =>
        Assert.Equal(required, Loaded($"- required_engine_version: {version}").RequiredEngineVersion.ToString());

    [Theory]
    [InlineData("1.0.0", "Rules require engine version 1.0.0, but engine version is 0.62.0")]
    [InlineData("0.62.1", "Rules require engine version 0.62.1, but engine version is 0.62.0")]
    public void NewerEnginesAreRefused(string version, string message) => Assert.Equal(message, Error($"- required_engine_version: {version}").Message);

    [Fact]
    public void TheFirstLoadedAlternativeDecides()
    {
        var options = RuleFiles.Options with { Plugins = [new("a", "1.0.0", null, []), new("b", "2.1.0", null, [])] };
        var loader = new RuleLoader(options);
        loader.Load("f", "- required_plugin_versions:\n  - {name: c, version: 1.0.0, alternatives: [{name: a, version: 1.2.0}, {name: b, version: 2.0.0}]}");
        Assert.Equal("Plugin 'a' version '1.0.0' is not compatible with required plugin version '1.2.0'", loader.CheckPlugins());
    }

    [Fact]
    public void AnUnknownSourceIsRememberedButNotCompiled()
    {
        var (loader, result) = Load(Rule("foo.bar=1", more: "  source: other"), "- rule: r\n  condition: and x.y=2\n  override: {condition: append}");
        Assert.True(result.Successful);
        Assert.Empty(loader.Rules.Rules);
    }

    [Fact]
    public void ExtraFieldsAndOutputAreAddedWhereAllConstraintsHold()
    {
        var loader = new RuleLoader(RuleFiles.Options with
        {
            AppendOutput =
            [
                new() { Tags = ["t", "u"], ExtraOutput = "no" },
                new() { Source = "syscall", Tags = ["t"], ExtraOutput = "user=%user.name", ExtraFields = [new("who", "%user.name of %proc.name", false), new("user.uid", "%user.uid", true)] },
            ],
        });
        Assert.True(loader.Load("f", Rule("evt.type=open", more: "  tags: [t]")).Successful);
        var rule = loader.Rules.Find("r")!;
        Assert.Equal("o %proc.name user=%user.name", rule.Output);
        Assert.Equal(["user.uid", "who"], rule.ExtraFields.Select(f => f.Key));
    }

    [Fact]
    public void PluginsSuggestOutput()
    {
        var loader = new RuleLoader(RuleFiles.Options with
        {
            Plugins = [new("container", "0.4.0", null, ["container.id"]) { SuggestedOutput = ["container.id"], ExtractSources = ["syscall"] }],
            AppendOutput = [new() { SuggestedOutput = true }],
        });
        Assert.True(loader.Load("f", Rule("evt.type=open")).Successful);
        Assert.Equal("o %proc.name container_id=%container.id", loader.Rules.Find("r")!.Output);
    }
}
