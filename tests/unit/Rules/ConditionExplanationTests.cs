using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.State;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>A condition is explained part by part, macros by their names.</summary>
public sealed class ConditionExplanationTests
{
    private static ExplainedPart Explain(string file, EventType type)
    {
        var explanation = ConditionExplanation.Of(Loaded(file), "r")!;
        Span<byte> buffer = stackalloc byte[512];
        var writer = new EventWriter(buffer, type, 1, 1);
        for (var i = 0; i < EventSchema.Get(type).Params.Length; i++) writer.Empty();
        var record = writer.Finish();
        var context = new EventContext { Event = EventView.Trusted(record), Number = 1, FdNumber = -1, State = new StateEngine(new StateOptions(), NoHost.Instance) };
        return explanation.Explain(ref context, new EvaluationScratch());
    }

    private const string File = "- list: types\n  items: [openat]\n- macro: opened\n  condition: evt.type=open or evt.type in (types)\n";

    private static string Text(string condition, bool everything = true, string more = "") => ExplanationText.Write(Explain(File + Rule(condition, more: more), EventType.SyscallOpenX), everything: everything);

    [Fact]
    public void EveryPartHasItsValue() => Assert.Equal("""
        ✗ and
          ✓ macro opened
            ✓ or
              ✓ evt.type = open    (open)
              ✗ evt.type in (openat)    (open)
          ✗ not
            ✓ evt.num = 1    (1)    ◀ decided

        """.Replace("\r", "", StringComparison.Ordinal), Text("opened and not evt.num=1"));

    [Fact]
    public void TheShortFormFollowsTheReasonsAndNamesTheRest() => Assert.Equal("""
        ✗ and
          ✓ macro opened
          ✗ evt.num = 2    (1)    ◀ decided
          ✗ or
            ✗ evt.num = 3    (1)
            ✗ evt.num = 4    (1)

        """.Replace("\r", "", StringComparison.Ordinal), Text("opened and evt.num=2 and (evt.num=3 or evt.num=4)", everything: false));

    [Fact]
    public void ExceptionsAreNamed() => Assert.Equal("""
        ✗ and
          ✓ macro opened
          ✗ not
            ✓ exception 'first'
              ✓ evt.num in (1)    (1)    ◀ decided
          ✓ not exception 'second'

        """.Replace("\r", "", StringComparison.Ordinal), Text("opened", everything: false, more: "  exceptions: [{name: first, fields: evt.num, values: [1]}, {name: empty, fields: evt.num}, {name: second, fields: [evt.num], values: [[7]]}]"));

    [Fact]
    public void AMissingValueIsNoText() => Assert.Contains("✗ fd.name = x    (no value)", Text("opened and fd.name = x"), StringComparison.Ordinal);

    [Fact]
    public void BothSidesOfAComparisonAreShown() => Assert.Contains("✓ evt.num <= val(evt.num)    (1, 1)", Text("opened and evt.num <= val(evt.num)"), StringComparison.Ordinal);

    [Theory]
    [InlineData("evt.num=1 and evt.num=1", null)]
    [InlineData("evt.num=1 and evt.num=2 and evt.num=3", "evt.num = 2")]
    [InlineData("evt.num=2 or evt.num=1 or evt.num=1", "evt.num = 1")]
    [InlineData("evt.num=1 and (evt.num=2 or evt.num=3)", "(evt.num = 2 or evt.num = 3)")]
    [InlineData("not (evt.num=1 and not evt.num=2)", "(evt.num = 1 and not evt.num = 2)")]
    [InlineData("evt.num=1", "evt.num = 1")]
    public void TheFirstPartThatDecidedIsMarked(string condition, string? decisive)
    {
        var marked = All(Explain(Rule(condition), EventType.SyscallOpenX)).Where(static p => p.Decides).Select(static p => p.Part.Text);
        Assert.Equal(decisive is null ? [] : [decisive], marked);
    }

    [Fact]
    public void WithoutAnEventMacrosStandByNameOrAreFollowed()
    {
        var root = ConditionExplanation.Of(Loaded(File + Rule("opened and evt.num=1")), "r")!.Root;
        Assert.Equal("and\n  macro opened\n  evt.num = 1\n", ExplanationText.Write(root, everything: false));
        Assert.Equal("and\n  macro opened\n    or\n      evt.type = open\n      evt.type in (openat)\n  evt.num = 1\n", ExplanationText.Write(root));
    }

    [Fact]
    public void TheJsonSaysTheSame()
    {
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream)) ExplanationJson.Write(json, Explain(File + Rule("opened and fd.name = x"), EventType.SyscallOpenX));
        var root = System.Text.Json.JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.Equal(("and", false), (root.GetProperty("kind").GetString(), root.GetProperty("holds").GetBoolean()));
        var (macro, check) = (root.GetProperty("parts")[0], root.GetProperty("parts")[1]);
        Assert.Equal(("macro", "opened", true), (macro.GetProperty("kind").GetString(), macro.GetProperty("text").GetString(), macro.GetProperty("holds").GetBoolean()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, check.GetProperty("value").ValueKind);
        Assert.True(check.GetProperty("decided").GetBoolean());
    }

    [Fact]
    public void ControlCharactersOfValuesAreSpeltOut() => Assert.Equal("a\\x1b[2Jb\\x0ac", ExplanationText.Printable("a\e[2Jb\nc"));

    [Fact]
    public void AnUnknownRuleHasNone() => Assert.Null(ConditionExplanation.Of(Loaded(File + Rule("opened")), "other"));

    private static IEnumerable<ExplainedPart> All(ExplainedPart part) => part.Parts.SelectMany(All).Prepend(part);
}
