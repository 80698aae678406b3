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

    [Fact]
    public void EveryPartHasItsValue() => Assert.Equal("""
        ✗ and
          ✓ opened
            ✓ or
              ✓ evt.type = open    (open)
              ✗ evt.type in (openat)    (open)
          ✗ not
            ✓ evt.num = 1    (1)

        """.Replace("\r", "", StringComparison.Ordinal), ConditionExplanation.Write(Explain(File + Rule("opened and not evt.num=1"), EventType.SyscallOpenX)));

    [Fact]
    public void TheShortFormFollowsWhatDecided() => Assert.Equal("""
        ✗ and
          ✗ evt.num = 2    (1)

        """.Replace("\r", "", StringComparison.Ordinal), ConditionExplanation.Write(Explain(File + Rule("opened and evt.num=2"), EventType.SyscallOpenX), everything: false));

    [Fact]
    public void ExceptionsAreParts() =>
        Assert.Contains("not", ConditionExplanation.Write(Explain(File + Rule("opened", more: "  exceptions: [{name: e, fields: proc.name, values: [x]}]"), EventType.SyscallOpenX)), StringComparison.Ordinal);

    [Fact]
    public void AnUnknownRuleHasNone() => Assert.Null(ConditionExplanation.Of(Loaded(File + Rule("opened")), "other"));
}
