using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class MatchProfileTests
{
    private static readonly IReadOnlyList<EventType> Types = [EventType.SyscallOpenX];

    private readonly MadeUpFields _fields = new();
    private readonly World _world = new();
    private readonly EvaluationScratch _scratch = new();

    [Theory]
    [InlineData(5)]
    [InlineData(130)]
    public void Profiling_changes_no_answer(int conditions)
    {
        var random = new Random(5);
        var make = new RandomChecks(random);
        var compiler = new FilterCompiler(_fields.Catalog);
        var set = new ConditionSet([.. Enumerable.Range(0, conditions).Select(_ => (compiler.Compile(make.Tree()), Types))]);
        var profile = set.NewProfile();
        var held = 0;
        for (var i = 0; i < 500; i++)
        {
            _fields.Current = make.Event();
            var plain = Ask(set, null);
            Assert.Equal(plain, Ask(set, profile));
            held += plain.Count;
        }
        Assert.True(held > 0);
    }

    [Fact]
    public void Each_part_is_counted_with_its_answers_and_the_conditions_that_have_it()
    {
        var compiler = new FilterCompiler(_fields.Catalog);
        var set = new ConditionSet([(compiler.Compile("t.int > 1 and t.flag = true"), Types), (compiler.Compile("t.int > 1 and t.flag = false"), Types), (compiler.Compile("t.text contains q"), Types)]);
        var profile = set.NewProfile();
        _fields.Current = new EventValues { ["t.int"] = 5L, ["t.flag"] = true, ["t.text"] = "xq"u8.ToArray() };
        for (var i = 0; i < 10; i++) Assert.Equal([0, 2], Ask(set, profile));
        var parts = profile.Parts().ToDictionary(p => p.Text);
        var shared = Assert.Single(parts, p => p.Key.StartsWith("t.int ", StringComparison.Ordinal)).Value;
        Assert.Equal([0, 1], shared.Conditions);
        Assert.Equal((10, 10), (shared.Evaluations, shared.Held));
        var text = Assert.Single(parts, p => p.Key.StartsWith("t.text ", StringComparison.Ordinal)).Value;
        Assert.Equal([2], text.Conditions);
        Assert.Equal((10, 10), (text.Evaluations, text.Held));
        Assert.All(parts.Values, p => Assert.Equal(EventType.SyscallOpenX, p.Type));
        Assert.All(profile.Conditions(), c => Assert.Equal(10, c.Evaluations));
        Assert.Equal(profile.Parts().Sum(p => p.Nanoseconds), profile.Conditions().Sum(c => c.Nanoseconds), 3);
    }

    private List<int> Ask(ConditionSet set, MatchProfile? profile)
    {
        var found = new List<int>();
        var sink = new Collect(found);
        var record = new EventWriter(new byte[64], EventType.SyscallOpenX, 1, 1).Finish();
        var context = new EventContext { Event = EventView.Trusted(record), State = _world.State };
        if (profile is null) set.Match(ref context, _scratch, ref sink);
        else set.Match(ref context, _scratch, ref sink, profile);
        return found;
    }
}
