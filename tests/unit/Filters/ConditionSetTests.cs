using Peregrine.Events;
using Peregrine.Filters;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Filters;

public sealed class ConditionSetTests
{
    /// <summary>Fields that stand for facts about the process: they change only together with a thread's version.</summary>
    private static readonly HashSet<string> OfProcess = ["t.other", "t.path", "t.any", "t.int", "t.flag"];

    private static readonly EventType[] Types = [EventType.SyscallOpenX, EventType.SyscallExecve_19X];

    /// <summary>Pairs of condition and event.</summary>
    private static readonly int Pairs = int.TryParse(Environment.GetEnvironmentVariable("PEREGRINE_PROPERTY_PAIRS"), out var given) ? given : 200_000;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(150)]
    public void Asking_together_gives_what_each_condition_gives_by_itself(int conditions)
    {
        const int EventsPerSet = 200;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var make = new RandomChecks(random);
        var fields = new MadeUpFields(name => OfProcess.Contains(name) ? FieldScope.Process : FieldScope.Event);
        var compiler = new FilterCompiler(fields.Catalog);
        var record = new byte[256];
        var scratch = new EvaluationScratch();
        var held = 0;
        for (var done = 0; done < Pairs / 4; done += conditions * EventsPerSet)
        {
            var world = new World();
            var trees = Enumerable.Range(0, conditions).Select(_ => make.Tree()).ToArray();
            // Some conditions hold for one of the event types only.
            EventType[][] types = [.. trees.Select(_ => random.Next(3) == 0 ? [Types[random.Next(2)]] : Types)];
            var set = new ConditionSet([.. trees.Select((t, i) => (compiler.Compile(t), (IReadOnlyList<EventType>)types[i]))]);
            var threads = Enumerable.Range(0, 3).Select(i => World.NewThread(100 + i, 100 + i, 1, "x")).ToArray();
            foreach (var thread in threads) world.State.AddThread(thread);
            var facts = threads.Select(_ => make.Event()).ToArray();
            for (var e = 0; e < EventsPerSet; e++)
            {
                var who = random.Next(threads.Length + 1);
                if (who < threads.Length && random.Next(8) == 0)
                {
                    facts[who] = make.Event();
                    threads[who].Version++;
                }
                fields.Current = make.Event();
                foreach (var name in OfProcess)
                {
                    if (who == threads.Length) continue;
                    fields.Current.Remove(name);
                    if (facts[who].TryGetValue(name, out var fact)) fields.Current[name] = fact;
                }
                var type = Types[random.Next(2)];
                var context = new EventContext
                {
                    Event = EventView.Trusted(new EventWriter(record, type, 1, 100).Finish()),
                    Number = (ulong)e + 1,
                    State = world.State,
                    Thread = who < threads.Length ? threads[who] : null,
                };
                var found = new List<int>();
                var sink = new Collect(found);
                set.Match(ref context, scratch, ref sink);
                var expected = Enumerable.Range(0, conditions).Where(i => types[i].Contains(type) && PlainEvaluator.Evaluate(trees[i], fields.Current)).ToList();
                Assert.True(expected.SequenceEqual(found), $"seed {seed}: expected {string.Join(' ', expected)}, got {string.Join(' ', found)}");
                held += found.Count;
            }
        }
        Assert.True(held > Pairs / 100);
    }

    [Fact]
    public void A_sink_that_has_enough_ends_the_search()
    {
        var fields = new MadeUpFields { Current = new EventValues { ["t.int"] = 1L } };
        var compiler = new FilterCompiler(fields.Catalog);
        IReadOnlyList<EventType> types = [EventType.SyscallOpenX];
        var set = new ConditionSet([(compiler.Compile("t.int = 2"), types), (compiler.Compile("t.int = 1"), types), (compiler.Compile("t.int > 0"), types)]);
        var context = new EventContext { Event = EventView.Trusted(new EventWriter(new byte[64], EventType.SyscallOpenX, 1, 1).Finish()), State = new World().State };
        var found = new List<int>();
        var first = new Collect(found, most: 1);
        set.Match(ref context, new EvaluationScratch(), ref first);
        Assert.Equal([1], found);
    }

    [Fact]
    public void Conditions_that_the_event_type_decides_are_not_asked()
    {
        var compiler = new FilterCompiler(new FieldCatalog(SyscallFieldsOfTests()));
        var never = compiler.Compile("evt.type = execve and proc.name = x");
        var set = new ConditionSet([(never, [EventType.SyscallOpenX, EventType.SyscallExecve_19X])]);
        Assert.False(set.Wants(EventType.SyscallOpenX));
        Assert.True(set.Wants(EventType.SyscallExecve_19X));
    }

    [Fact]
    public void An_event_that_matches_nothing_allocates_nothing()
    {
        var fields = new MadeUpFields(name => OfProcess.Contains(name) ? FieldScope.Process : FieldScope.Event) { Current = new EventValues { ["t.text"] = "/etc/x"u8.ToArray(), ["t.other"] = "cat"u8.ToArray() } };
        var compiler = new FilterCompiler(fields.Catalog);
        IReadOnlyList<EventType> types = [EventType.SyscallOpenX];
        var set = new ConditionSet([.. Enumerable.Range(0, 6).Select(i => (compiler.Compile($"(t.text startswith /etc or t.text in (/bin/{i})) and not t.other in (cat, x{i}) or toupper(t.text) = Q{i}"), types))]);
        var world = new World();
        var record = new EventWriter(new byte[64], EventType.SyscallOpenX, 1, 1).Finish().ToArray();
        var scratch = new EvaluationScratch();
        var sink = new Collect([]);
        long before = 0;
        for (var i = 0; i < 1_000_000; i++)
        {
            // The first thousand events let the scratch grow and the order settle.
            if (i == 1000) before = GC.GetAllocatedBytesForCurrentThread();
            var context = new EventContext { Event = EventView.Trusted(record), Number = (ulong)i + 1, State = world.State, Thread = world.Thread(1) };
            set.Match(ref context, scratch, ref sink);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<Field> SyscallFieldsOfTests() => Peregrine.Filters.Fields.SyscallFields.All;

    private readonly struct Collect(List<int> found, int most = int.MaxValue) : IMatchSink
    {
        public bool OnMatch(int condition, ref EventContext context, EvaluationScratch scratch)
        {
            found.Add(condition);
            return found.Count < most;
        }
    }
}
