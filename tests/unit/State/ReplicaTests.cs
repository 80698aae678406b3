using System.Text;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>A replica that is told what its original learned and forgot by itself, and given the events that matter, says the same.</summary>
public sealed class ReplicaTests
{
    private readonly FakeHost _host = new();
    private readonly List<Action<StateReplica>> _told = [];

    [Fact]
    public void It_begins_as_a_copy_that_shares_nothing()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        var thread = World.NewThread(20, 20, 1, "sh", "/home/");
        thread.Group.Fds.Set(3, new FdEntry { Type = FdType.File, Name = "/a"u8.ToArray() });
        world.State.AddThread(thread);
        var replica = StateReplica.Of(world.State, _host);
        var copy = replica.State.Threads.Find(20)!;
        Assert.Equal(("sh", "/home/", "/a"), (World.Text(copy.Comm), World.Text(copy.Cwd), World.Text(copy.Fds.Find(3)!.Name)));
        world.Chdir(20, "/elsewhere");
        world.Close(20, 3);
        Assert.Equal(("/home/", true), (World.Text(copy.Cwd), copy.Fds.Find(3) is not null));
        Assert.Throws<InvalidOperationException>(() => StateReplica.Of(world.State, _host));
    }

    [Fact]
    public void What_the_machine_was_asked_for_is_told()
    {
        _host.Threads[30] = World.NewThread(30, 30, 1, "late", "/late/");
        _host.Fds[(30, 7)] = new FdEntry { Type = FdType.File, Name = "/seven"u8.ToArray() };
        var (world, replica) = Begin(new StateOptions { LookUpUnknown = true });
        Give(world, replica, EventType.SyscallReadX, 30, (ref w) =>
        {
            w.I64(1);
            w.Bytes("x"u8);
            w.I64(7);
            w.U32(1);
        });
        var thread = replica.State.Threads.Find(30)!;
        Assert.Equal(("late", "/late/", "/seven"), (World.Text(thread.Comm), World.Text(thread.Cwd), World.Text(thread.Fds.Find(7)!.Name)));
        Assert.NotSame(world.Thread(30), thread);
        Assert.Equal(1, _host.ThreadReads);
    }

    [Fact]
    public void A_thread_that_nobody_knows_is_a_placeholder_in_both()
    {
        var (world, replica) = Begin(new StateOptions { LookUpUnknown = true });
        var mattered = Give(world, replica, EventType.GenericX, 40, (ref w) => w.U16(110));
        Assert.True(mattered);
        Assert.False(replica.State.Threads.Find(40)!.IsKnown);
        Assert.False(Give(world, replica, EventType.GenericX, 40, (ref w) => w.U16(110)));
    }

    [Fact]
    public void What_was_silent_for_long_is_forgotten_by_both()
    {
        var options = new StateOptions { LookUpUnknown = true, PurgeInterval = TimeSpan.FromSeconds(10), ThreadTimeout = TimeSpan.FromSeconds(20) };
        var (world, replica) = Begin(options, World.NewThread(50, 50, 1, "silent"));
        Give(world, replica, EventType.GenericX, 1, (ref w) => w.U16(110));
        for (var i = 0; i < 10; i++)
        {
            world.Skip(10_000_000_000);
            Give(world, replica, EventType.GenericX, 1, (ref w) => w.U16(110));
        }
        Assert.Null(world.State.Threads.Find(50));
        Assert.Null(replica.State.Threads.Find(50));
    }

    [Fact]
    public void What_memory_was_needed_for_is_forgotten_by_both()
    {
        var many = Enumerable.Range(0, 300).Select(i =>
        {
            var thread = World.NewThread(1000 + i, 1000 + i, 1, "p");
            thread.Args = Encoding.UTF8.GetBytes(new string('a', 8000));
            thread.Group.Env = Encoding.UTF8.GetBytes(new string('e', 300 + i));
            for (var fd = 0; fd < 20; fd++) thread.Group.Fds.Set(fd, new FdEntry { Type = FdType.File, Name = Encoding.UTF8.GetBytes($"/{i}/{fd}") });
            return thread;
        }).ToArray();
        var (world, replica) = Begin(new StateOptions { ThreadBytes = 200_000, FdBytes = 100_000 }, many);
        // More than the budget at a guess is measured and made room for.
        for (var i = 0; i < 400; i++)
        {
            var fd = i + 100;
            Give(world, replica, EventType.SyscallOpenX, 1299, (ref w) =>
            {
                w.I64(fd);
                w.Text("/x"u8);
                for (var k = 0; k < 3; k++) w.U32(0);
                w.U64(1);
            });
        }
        Assert.InRange(world.State.Budget.ThreadsEvicted, 1ul, ulong.MaxValue);
        AssertSame(world, replica);
    }

    [Fact]
    public void A_process_that_was_read_again_after_losses_is_mended_in_both()
    {
        var machine = new ScannedMachine();
        var world = new World(new StateOptions { LookUpUnknown = true }, machine);
        machine.Clock = () => world.Now;
        foreach (var pid in (long[])[60, 61]) world.State.AddThread(World.NewThread(pid, pid, 1, "old"));
        var replica = Follow(world);
        machine.Runs(1, 0, "systemd");
        machine.Runs(60, 1, "new", "/bin/new", "/there/", uid: 7);
        machine.Runs(62, 60, "child");
        var healer = new StateHealer(world.State, machine);
        healer.Begin();
        foreach (var pid in (long[])[1, 60, 62]) machine.Read(pid, world.Now);
        machine.EndScan();
        for (var i = 0; i < 10 && healer.HasWork; i++) healer.Step(world.Now + 1_000_000);
        Tell(replica);
        AssertSame(world, replica);
        Assert.Equal(("new", "/there/", 7u), (World.Text(replica.State.Threads.Find(60)!.Comm), World.Text(replica.State.Threads.Find(60)!.Cwd), replica.State.Threads.Find(60)!.Uid));
        Assert.Null(replica.State.Threads.Find(61));
        Assert.NotNull(replica.State.Threads.Find(62));
    }

    [Fact]
    public void What_is_found_out_about_a_container_is_told_before_and_after_its_first_thread()
    {
        const string Hash = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        world.State.Containers.Directory = new AnsweringDirectory();
        var replica = Follow(world);
        Give(world, replica, w => w.Born(70, 1, cgroups: $"cpu=/docker/{Hash}"));
        Assert.Equal(ContainerLookup.Waiting, replica.State.Threads.Find(70)!.Container!.Lookup);
        var container = world.Thread(70).Container!;
        container.Learn(new ContainerDetails { Known = ContainerFacts.Name, Name = "web"u8.ToArray() }, ContainerLookup.Answered);
        world.State.Journal!.ContainerLearned(container);
        Tell(replica);
        var copy = replica.State.Threads.Find(70)!.Container!;
        Assert.NotSame(container, copy);
        Assert.Equal((ContainerLookup.Answered, "web"), (copy.Lookup, World.Text(copy.Details!.Name)));
    }

    [Fact]
    public void The_parent_that_comes_after_its_child_is_linked_without_a_question()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        world.Born(80, 81);
        world.Born(81, 1);
        world.Exit(81);
        // Its heir has the child, though nobody has asked for its parent before.
        Assert.Equal(1, world.Thread(80).ParentTid);
    }

    private (World World, StateReplica Replica) Begin(StateOptions options, params ThreadEntry[] threads)
    {
        var world = new World(options, _host);
        foreach (var thread in threads) world.State.AddThread(thread);
        return (world, Follow(world));
    }

    private StateReplica Follow(World world)
    {
        var replica = StateReplica.Of(world.State, NoHost.Instance);
        world.State.Journal = new Peregrine.Sensor.Partitions.StateFeed(_told.Add);
        return replica;
    }

    private void Tell(StateReplica replica)
    {
        foreach (var change in _told) change(replica);
        _told.Clear();
    }

    /// <summary>Gives the event to both, to the replica only if it matters. Returns whether it does.</summary>
    private bool Give(World world, StateReplica replica, EventType type, long tid, WriteParams parameters) => Give(world, replica, w => w.Event(type, tid, parameters, w.Look));

    private bool Give(World world, StateReplica replica, Action<LookingWorld> happen)
    {
        var looking = new LookingWorld(world);
        happen(looking);
        Tell(replica);
        foreach (var record in looking.Mattering)
        {
            replica.Follow(world.State.PreviousTimestamp);
            var context = new EventContext { Event = EventView.Trusted(record) };
            replica.State.Apply(ref context);
            replica.State.Complete(ref context);
        }
        return looking.Mattering.Count > 0;
    }

    private static void AssertSame(World world, StateReplica replica)
    {
        Assert.Equal(world.State.Threads.All.Select(Described).Order(), replica.State.Threads.All.Select(Described).Order());

        static string Described(ThreadEntry t) =>
            $"{t.Tid} {t.Pid} {t.ParentTid} {World.Text(t.Comm)} {World.Text(t.Cwd)} {t.Uid} {t.Args.Length} {t.Group.Env.Length} {string.Join(',', t.Fds.Entries().Select(e => $"{e.Fd}={World.Text(e.Entry.Name)}"))}";
    }

    /// <summary>Says at once that it will find out.</summary>
    private sealed class AnsweringDirectory : IContainerDirectory
    {
        public void Ask(ContainerEntry container, ThreadEntry witness, StateEngine state) => container.Learn(null, ContainerLookup.Waiting);

        public void Forget(ContainerEntry container)
        {
        }
    }

    /// <summary>Keeps those events of a world that a replica needs.</summary>
    private sealed class LookingWorld(World world)
    {
        public List<byte[]> Mattering { get; } = [];

        public void Look(ref EventContext context)
        {
            if (context.State.NeedsFollowing) Mattering.Add(context.Event.Record.ToArray());
        }

        public void Event(EventType type, long tid, WriteParams parameters, Look look) => world.Event(type, tid, parameters, look);

        public void Born(long child, long parent, string cgroups) => world.Born(child, parent, cgroups: cgroups, look: Look);
    }
}
