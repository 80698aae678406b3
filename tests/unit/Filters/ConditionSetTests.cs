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

    /// <summary>Fields that stand for facts about the descriptor of a read: they change only together with its version.</summary>
    private static readonly HashSet<string> OfDescriptor = ["t.text", "t.port", "t.net"];

    private static readonly EventType[] Types = [EventType.SyscallOpenX, EventType.SyscallExecve_19X, EventType.SyscallReadX];

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
        var fields = new MadeUpFields(name => OfProcess.Contains(name) ? FieldScope.Process : OfDescriptor.Contains(name) ? FieldScope.Fd : FieldScope.Event);
        var compiler = new FilterCompiler(fields.Catalog);
        var record = new byte[256];
        var scratch = new EvaluationScratch();
        var held = 0;
        for (var done = 0; done < Pairs / 4; done += conditions * EventsPerSet)
        {
            var world = new World();
            var trees = Enumerable.Range(0, conditions).Select(_ => make.Tree()).ToArray();
            // Some conditions hold for one of the event types only.
            EventType[][] types = [.. trees.Select(_ => random.Next(3) == 0 ? [Types[random.Next(Types.Length)]] : Types)];
            var set = new ConditionSet([.. trees.Select((t, i) => (compiler.Compile(t), (IReadOnlyList<EventType>)types[i]))]);
            var threads = Enumerable.Range(0, 3).Select(i => World.NewThread(100 + i, 100 + i, 1, "x")).ToArray();
            foreach (var thread in threads) world.State.AddThread(thread);
            var facts = threads.Select(_ => make.Event()).ToArray();
            var descriptors = Enumerable.Range(0, 3).Select(_ => new FdEntry()).ToArray();
            var contents = descriptors.Select(_ => make.Event()).ToArray();
            for (var e = 0; e < EventsPerSet; e++)
            {
                var who = random.Next(threads.Length + 1);
                if (who < threads.Length && random.Next(8) == 0)
                {
                    facts[who] = make.Event();
                    threads[who].Version++;
                }
                var what = random.Next(descriptors.Length + 1);
                if (what < descriptors.Length && random.Next(8) == 0)
                {
                    contents[what] = make.Event();
                    descriptors[what].Version++;
                }
                fields.Current = make.Event();
                var type = Types[random.Next(Types.Length)];
                if (who < threads.Length) Take(fields.Current, facts[who], OfProcess);
                if (type == EventType.SyscallReadX && what < descriptors.Length) Take(fields.Current, contents[what], OfDescriptor);
                var context = new EventContext
                {
                    Event = EventView.Trusted(new EventWriter(record, type, 1, 100).Finish()),
                    Number = (ulong)e + 1,
                    State = world.State,
                    Thread = who < threads.Length ? threads[who] : null,
                    Fd = what < descriptors.Length ? descriptors[what] : null,
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

    private static void Take(EventValues values, EventValues facts, HashSet<string> names)
    {
        foreach (var name in names)
        {
            values.Remove(name);
            if (facts.TryGetValue(name, out var fact)) values[name] = fact;
        }
    }

    [Fact]
    public void What_depends_on_the_descriptor_is_asked_once_until_that_changes()
    {
        var fields = new MadeUpFields(static _ => FieldScope.Fd) { Current = new EventValues { ["t.text"] = "/etc/x"u8.ToArray() } };
        var set = new ConditionSet([(new FilterCompiler(fields.Catalog).Compile("t.text contains /etc"), (IReadOnlyList<EventType>)[EventType.SyscallReadX])]);
        var world = new World();
        var (record, scratch, descriptor, found) = (new byte[64], new EvaluationScratch(), new FdEntry(), new List<int>());
        for (var i = 0; i < 3; i++) Ask();
        Assert.Equal([0, 0, 0], found);
        fields.Current.Clear();
        Ask();
        Assert.Equal([0, 0, 0, 0], found);
        descriptor.Version++;
        Ask();
        Assert.Equal([0, 0, 0, 0], found);

        void Ask()
        {
            var context = new EventContext { Event = EventView.Trusted(new EventWriter(record, EventType.SyscallReadX, 1, 1).Finish()), State = world.State, Thread = world.Thread(1), Fd = descriptor };
            var sink = new Collect(found);
            set.Match(ref context, scratch, ref sink);
        }
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
}
