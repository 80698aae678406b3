using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.Rules;
using Peregrine.State;
using Xunit;
using static Peregrine.UnitTests.Rules.RuleFiles;

namespace Peregrine.UnitTests.Rules;

/// <summary>The engine asks the rules of an event's source and type, in order.</summary>
public sealed class RuleEngineTests
{
    private sealed class Seen : IAlertSink
    {
        public List<string> Names { get; } = [];

        public void OnMatch(Rule rule, ref EventContext context, EvaluationScratch scratch) => Names.Add(rule.Name);
    }

    private static List<string> Match(RuleEngine engine, EventType type, int source = 0)
    {
        Span<byte> buffer = stackalloc byte[512];
        var writer = new EventWriter(buffer, type, 1, 1);
        for (var i = 0; i < EventSchema.Get(type).Params.Length; i++) writer.Empty();
        var record = writer.Finish();
        var context = new EventContext { Event = EventView.Trusted(record), Number = 1, FdNumber = -1, Source = source, State = new StateEngine(new StateOptions(), NoHost.Instance) };
        var seen = new Seen();
        engine.Match(ref context, new EvaluationScratch(), seen);
        return seen.Names;
    }

    private static readonly RuleSet Rules = Loaded(
        Rule("evt.type=open", "first"), Rule("evt.type in (open, close)", "second"), Rule("evt.type=open and evt.type=openat", "never")).Rules;

    [Fact]
    public void RulesAreReadiedOnlyForEventsThatComeBy()
    {
        var engine = new RuleEngine(Loaded(Rule("evt.type in (openat, execve)")).Rules, [], RuleMatching.First);
        Assert.True(engine.Wants(0, EventType.SyscallOpenat_2X));
        Assert.True(engine.Wants(0, EventType.SyscallExecve_19X));
        foreach (var type in (EventType[])[EventType.SyscallOpenat_2E, EventType.SyscallOpenatX, EventType.SyscallExecve_19E, EventType.SyscallExecve_16X])
        {
            Assert.False(engine.Wants(0, type));
            Assert.Empty(engine.RulesFor(type).ToArray());
        }
    }

    [Fact]
    public void TheFirstMatchEndsTheSearch() => Assert.Equal(["first"], Match(new(Rules, [], RuleMatching.First), EventType.SyscallOpenX));

    [Fact]
    public void AllMatchesAreGivenInOrder() => Assert.Equal(["first", "second"], Match(new(Rules, [], RuleMatching.All), EventType.SyscallOpenX));

    [Fact]
    public void OnlyTheRulesOfTheTypeAreAsked()
    {
        var engine = new RuleEngine(Rules, [], RuleMatching.All);
        Assert.Equal(["second"], Match(engine, EventType.SyscallCloseX));
        Assert.Empty(Match(engine, EventType.SyscallMkdir_2X));
        Assert.False(engine.Wants(0, EventType.SyscallMkdir_2X));
    }

    [Fact]
    public void MatchesAreCounted()
    {
        var engine = new RuleEngine(Rules, [], RuleMatching.All);
        Match(engine, EventType.SyscallOpenX);
        Match(engine, EventType.SyscallCloseX);
        Assert.Equal((1, 2, 0), (engine.Matches(0), engine.Matches(1), engine.Matches(2)));
    }

    [Fact]
    public void AnotherSourceHasNoRules() => Assert.Empty(Match(new(Rules, [], RuleMatching.All), EventType.SyscallOpenX, source: 1));

    [Fact]
    public void TheSyscallsOfAllRulesAreKnown() =>
        Assert.Equal(["close", "open"], new RuleEngine(Rules, [SelectionStep.Rules(false, "never")], RuleMatching.All).Syscalls().Select(s => EventSchema.Get(s).Name).Order());

    [Theory]
    [InlineData("evt.type=write", "wrote %evt.buffer")]
    [InlineData("evt.type=write", "wrote %toupper(evt.arg.data)")]
    [InlineData("evt.type=write", "wrote %evt.args")]
    [InlineData("evt.type=write", "wrote %evt.info")]
    [InlineData("evt.type=write", "wrote %evt.arg.data")]
    [InlineData("evt.type=write", "wrote %evt.arg[1]")]
    [InlineData("evt.type=write and evt.buffer contains secret", "o")]
    [InlineData("evt.type=write and (proc.name=x or not toupper(evt.arg.data) contains SECRET)", "o")]
    [InlineData("evt.type=write and evt.rawarg.data contains secret", "o")]
    [InlineData("evt.type=write and proc.name = val(evt.arg.data)", "o")]
    public void DataIsAskedForByRulesThatLookAtIt(string condition, string output)
    {
        var engine = new RuleEngine(Loaded(Rule("evt.type=read", "other"), Rule(condition, "data").Replace("o %proc.name", output, StringComparison.Ordinal)).Rules, [], RuleMatching.All);
        Assert.Equal([SyscallCode.Write], engine.SyscallsWithData());
    }

    [Fact]
    public void DataIsNotAskedForByRulesThatLookAtTheRest() =>
        Assert.Empty(new RuleEngine(Loaded(Rule("evt.type=write and evt.arg.size > 3 and evt.rawres > 0 and evt.buflen > 1", "rest").Replace("o %proc.name", "wrote %evt.res %evt.arg.fd %fd.name %evt.buflen", StringComparison.Ordinal)).Rules, [], RuleMatching.All).SyscallsWithData());

    [Fact]
    public void AnEventThatMatchesNothingAllocatesNothing()
    {
        var engine = new RuleEngine(Loaded(Rule("evt.type=open and proc.name=x and evt.num=0")).Rules, [], RuleMatching.All);
        var buffer = new byte[512];
        var writer = new EventWriter(buffer, EventType.SyscallOpenX, 1, 1);
        for (var i = 0; i < EventSchema.Get(EventType.SyscallOpenX).Params.Length; i++) writer.Empty();
        var record = writer.Finish();
        var context = new EventContext { Event = EventView.Trusted(record), Number = 1, FdNumber = -1, State = new StateEngine(new StateOptions(), NoHost.Instance) };
        var scratch = new EvaluationScratch();
        var seen = new Seen();
        engine.Match(ref context, scratch, seen);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) engine.Match(ref context, scratch, seen);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
