using Peregrine.Events;
using Peregrine.Rules;
using Peregrine.Sensor.Partitions;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Sensor.Partitions;

/// <summary>Who takes an event, what is handed over, and what a worker's failure does.</summary>
public sealed class PartitionedMatchingTests : IDisposable
{
    private readonly IdleSensor _sensor = new();
    private readonly World _world = new();

    public void Dispose() => _sensor.Dispose();

    private RuleEngine Rules => _sensor.Session.Rules.Engine;

    [Fact]
    public void A_worker_that_fails_ends_the_run_with_its_error()
    {
        var isWoken = false;
        using var partitions = new PartitionedMatching(3, _sensor.Session, _world.State, () => isWoken = true);
        var broken = World.NewThread(7, 7, 1, "broken");
        broken.Args = null!;
        _world.State.Journal!.ThreadRead(broken);
        Assert.Throws<NullReferenceException>(partitions.Settle);
        Assert.True(isWoken);
    }

    [Fact]
    public void Every_process_has_one_worker_and_every_worker_has_processes()
    {
        var owners = new int[5];
        var table = new PartitionTable(5);
        for (var pid = 1; pid <= 1000; pid++)
        {
            var leader = new EventContext { Thread = World.NewThread(pid, pid, 1, "p") };
            var other = new EventContext { Thread = World.NewThread(pid + 5000, pid, 1, "p") };
            Assert.Equal(table.OwnerOf(ref leader), table.OwnerOf(ref other));
            owners[table.OwnerOf(ref leader)]++;
        }
        // The one that reads has fewer than any other.
        Assert.All(owners[1..], count => Assert.InRange(count, owners[0] + 1, 400));
        Assert.InRange(owners[0], 1, 400);
    }

    [Fact]
    public void Events_without_a_process_and_of_containers_that_are_asked_about_stay_with_the_one_that_reads()
    {
        var table = new PartitionTable(2);
        var thread = Enumerable.Range(1, 1000).Select(static pid => World.NewThread(pid, pid, 1, "p")).First(t =>
        {
            var context = new EventContext { Thread = t };
            return table.OwnerOf(ref context) == 1;
        });
        var nobody = new EventContext();
        var his = new EventContext { Thread = thread };
        thread.Container = new ContainerEntry { Engine = ContainerEngine.Docker, FullId = "a"u8.ToArray(), Id = "a"u8.ToArray() };
        Assert.Equal((0, 1), (table.OwnerOf(ref nobody), table.OwnerOf(ref his)));
        thread.Container.Learn(null, ContainerLookup.Waiting);
        Assert.Equal(0, table.OwnerOf(ref his));
        thread.Container.Learn(null, ContainerLookup.NotFound);
        Assert.Equal(1, table.OwnerOf(ref his));
    }

    [Fact]
    public void What_no_rule_wants_and_what_changes_nothing_is_not_handed_over()
    {
        using var partitions = new PartitionedMatching(2, _sensor.Session, _world.State, static () => { });
        _world.Fork(1, 20);
        Give(EventType.SyscallChdirX, static (ref w) => w.I64(-1));
        // The one rule is about opening files.
        Give(EventType.GenericX, static (ref w) => w.U16(110));
        var opened = 0;
        for (var pid = 30; pid < 60; pid++)
        {
            _world.Fork(1, pid);
            _world.Open(pid, 3, "/a", look: (ref context) => opened += partitions.Hand(ref context, Rules) ? 0 : 1);
        }
        partitions.Settle();
        var figures = partitions.Figures();
        Assert.Equal((30ul, (ulong)opened), (figures[0].Events + figures[1].Events, figures[1].Events));
        Assert.Equal((ulong)opened, figures[1].Alerts);

        void Give(EventType type, WriteParams parameters) => _world.Event(type, 20, parameters, (ref context) => Assert.True(partitions.Hand(ref context, Rules)));
    }
}
