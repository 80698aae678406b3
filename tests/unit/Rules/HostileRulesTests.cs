using System.Diagnostics;
using System.Text;
using Peregrine.Rules;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>Rule files that ask for too much get an error; large ones load in proportion.</summary>
public sealed class HostileRulesTests
{
    [Fact]
    public void MacrosThatMultiplyAreRefused()
    {
        var file = new StringBuilder("- macro: m0\n  condition: proc.name=x\n");
        for (var i = 1; i < 64; i++) file.Append($"- macro: m{i}\n  condition: m{i - 1} and m{i - 1}\n");
        Assert.Contains("more than 1000000 checks", Error(file + Rule("m63")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MacrosThatMultiplyBackwardsAreRefused()
    {
        var file = new StringBuilder();
        for (var i = 0; i < 64; i++) file.Append($"- macro: m{i}\n  condition: proc.name=x\n");
        for (var i = 0; i < 63; i++) file.Append($"- macro: m{i}\n  condition: m{i + 1} and m{i + 1}\n");
        Assert.Contains("more than 1000000 checks", Error(file + Rule("m0")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AChainOfMacrosThatIsTooDeepIsRefused()
    {
        var file = new StringBuilder("- macro: m0\n  condition: proc.name=x\n");
        for (var i = 1; i < 20_000; i++) file.Append($"- macro: m{i}\n  condition: not m{i - 1}\n");
        Assert.Contains("nested more than", Error(file.ToString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsThatMultiplyAreRefused()
    {
        // Lists name the ones defined later, so that only the condition's text grows.
        var file = new StringBuilder();
        for (var i = 0; i < 64; i++) file.Append($"- list: l{i}x\n  items: [l{i + 1}x, l{i + 1}x]\n");
        Assert.Contains("characters after its lists were put in", Error(file + Rule("evt.type=open and proc.name in (l0x)")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AListInItselfManyTimesIsRefused()
    {
        var items = string.Join(", ", Enumerable.Repeat("l", 20_000));
        Assert.Contains("items after they were put into each other", Error($"- list: l\n  items: [{items}]\n- list: l\n  items: [x]\n  override: {{items: append}}").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepParenthesesAreRefused() =>
        Assert.Equal(LoadErrorCode.CompileCondition, Error(Rule(new string('(', 200_000) + "evt.type=open" + new string(')', 200_000))).Code);

    [Fact]
    public void AListOf100000ItemsLoads()
    {
        var items = string.Join(", ", Enumerable.Range(0, 100_000).Select(i => $"name{i}"));
        var clock = Stopwatch.StartNew();
        var loader = Loaded($"- list: names\n  items: [{items}]\n" + Rule("evt.type=open and proc.name in (names)"));
        Assert.Single(loader.Rules.Rules);
        Assert.True(clock.Elapsed < Patience.WithHostileInput, $"{clock.Elapsed}");
    }

    [Fact]
    public void AListNamed100000TimesLoads()
    {
        var names = string.Join(", ", Enumerable.Repeat("l", 100_000));
        var clock = Stopwatch.StartNew();
        Loaded("- list: l\n  items: [x]\n" + Rule($"evt.type=open and proc.name in ({names})"));
        Assert.True(clock.Elapsed < Patience.WithHostileInput, $"{clock.Elapsed}");
    }

    [Fact]
    public void TenThousandRulesLoadInSeconds()
    {
        var file = new StringBuilder("- list: shells\n  items: [bash, sh, zsh]\n- macro: opened\n  condition: evt.type in (open, openat, openat2) and fd.num >= 0\n");
        for (var i = 0; i < 10_000; i++)
            file.AppendLine(Rule($"opened and proc.name in (shells) and fd.name startswith /etc/{i} and not proc.pname = \"parent {i}\"", $"rule {i}", "  tags: [a, b]\n  exceptions: [{name: e, fields: [proc.name, fd.name], comps: [=, endswith], values: [[cat, .x]]}]"));
        var clock = Stopwatch.StartNew();
        var loader = Loaded(file.ToString());
        Assert.Equal(10_000, loader.Rules.Rules.Count);
        Assert.True(clock.Elapsed < Patience.WithHostileInput, $"{clock.Elapsed}");
    }

    [Fact]
    public void AnyRulesAreTakenOrRefused()
    {
        var random = new Random(11);
        var seed = """
            - required_engine_version: 0.30.0
            - required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [{name: b, version: 2.0.0}]}]
            - list: l
              items: [a, "b c"]
              override: {items: replace}
            - macro: m
              condition: evt.type=open and (proc.name in (l) or not fd.name contains 'x')
            - rule: r
              desc: d
              condition: m and proc.pid > 1
              output: o %proc.name %evt.arg.flags
              priority: INFO
              tags: [t]
              exceptions: [{name: e, fields: [proc.name], comps: [=], values: [[x]]}]
            - rule: r
              condition: or evt.type=close
              append: true
            """;
        var letters = "-?:,[]{}()#&*!|>'\"%@=<.\n \\abcdefe0".ToCharArray();
        for (var round = 0; round < 4000; round++)
        {
            var text = seed.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--) text[random.Next(text.Length)] = letters[random.Next(letters.Length)];
            var result = NewLoader().Load("f", new string(text));
            Assert.True(result.Errors.Count <= 1);
            Assert.NotEmpty(result.ToText());
        }
    }
}
