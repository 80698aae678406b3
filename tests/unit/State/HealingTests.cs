using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>How the state is put right after losses.</summary>
public sealed class HealingTests
{
    private readonly ScannedMachine _machine = new();
    private readonly World _world;
    private readonly StateHealer _healer;

    public HealingTests()
    {
        _world = new World(new StateOptions { LookUpUnknown = true }, _machine);
        _healer = new StateHealer(_world.State, _machine);
        _machine.Clock = () => _world.Now;
        _machine.Runs(1, 0, "systemd");
    }

    [Fact]
    public void A_lost_exec_is_made_good()
    {
        _world.Fork(1, 10);
        var version = _world.Thread(10).Version;
        _machine.Runs(10, 1, "nginx", exe: "/usr/sbin/nginx", uid: 33);
        Heal();
        var thread = _world.Thread(10);
        Assert.Equal(("nginx", "/usr/sbin/nginx", 33u), (World.Text(thread.Comm), World.Text(thread.ExePath), thread.Uid));
        Assert.NotEqual(version, thread.Version);
        Assert.Equal((1ul, 2ul), (_world.State.Statistics.Healings, _world.State.Statistics.ProcessesHealed));
    }

    [Fact]
    public void A_lost_exit_is_made_good_and_the_children_go_to_who_has_them()
    {
        _world.Fork(1, 10);
        _world.Fork(10, 11);
        _machine.Runs(11, 1, "sh");
        Heal();
        Assert.Null(_world.State.Threads.Find(10));
        Assert.Same(_world.Thread(1), _world.State.Threads.Parent(_world.Thread(11)));
        Assert.Equal(1ul, _world.State.Statistics.ThreadsGone);
    }

    [Fact]
    public void A_lost_clone_is_made_good()
    {
        _machine.Runs(20, 1, "late", cwd: "/srv/");
        Heal();
        Assert.Equal("late", World.Text(_world.Thread(20).Comm));
        Assert.Same(_world.Thread(1), _world.State.Threads.Parent(_world.Thread(20)));
        Assert.Equal(1ul, _world.State.Statistics.ThreadsFound);
    }

    [Fact]
    public void An_id_that_was_given_away_is_another_process()
    {
        _world.Fork(1, 10);
        _world.Exec(10, "/bin/old");
        var old = _world.Thread(10);
        _machine.Runs(10, 1, "new").CloneTime = _world.Now + 60_000_000;
        _world.Skip(100_000_000);
        Heal();
        Assert.NotSame(old, _world.Thread(10));
        Assert.Equal("new", World.Text(_world.Thread(10).Comm));
    }

    [Fact]
    public void Descriptors_agree_with_the_machine_and_what_is_still_open_keeps_its_name()
    {
        _world.Fork(1, 10);
        _world.Open(10, 3, "/kept/by/link");
        _world.Open(10, 4, "/closed");
        _world.Open(10, 5, "/replaced");
        var process = _machine.Runs(10, 1, "sh");
        process.Group.Fds.Set(3, new FdEntry { Type = FdType.FileV2, Name = "/kept/resolved"u8.ToArray(), Inode = 42 });
        process.Group.Fds.Set(5, new FdEntry { Type = FdType.FileV2, Name = "/other"u8.ToArray(), Inode = 77 });
        process.Group.Fds.Set(6, new FdEntry { Type = FdType.FileV2, Name = "/opened"u8.ToArray(), Inode = 78 });
        Heal();
        Assert.Equal(("/kept/by/link", "/other", "/opened"), (_world.FdName(10, 3), _world.FdName(10, 5), _world.FdName(10, 6)));
        Assert.Null(_world.Thread(10).Fds.Find(4));
        Assert.Equal(3ul, _world.State.Statistics.FdsCorrected);
    }

    [Fact]
    public void A_process_read_in_part_loses_nothing()
    {
        _world.Fork(1, 10);
        _world.Open(10, 4, "/open");
        _machine.Runs(10, 1, "sh");
        _machine.HasAllFds = false;
        Heal();
        Assert.Equal("/open", _world.FdName(10, 4));
    }

    [Fact]
    public void A_reading_counts_for_the_time_when_it_was_made()
    {
        _world.Fork(1, 10);
        _world.Open(10, 3, "/first");
        _machine.Runs(10, 1, "sh");
        _healer.Begin();
        // Made ahead of the events that are still in the rings: what these tell until then is in the reading.
        _machine.Read(10, _world.Now + 10_000);
        _machine.EndScan();
        _world.Open(10, 3, "/second");
        Assert.Equal("/second", _world.FdName(10, 3));
        _world.Skip(20_000);
        _world.Open(10, 4, "/third");
        Assert.Null(_world.Thread(10).Fds.Find(3));
        Assert.Equal("/third", _world.FdName(10, 4));
        Assert.True(_healer.Step(_world.Now));
    }

    [Fact]
    public void A_reading_that_comes_late_does_not_undo_what_events_have_told_since()
    {
        _world.Fork(1, 10);
        _machine.Runs(10, 1, "sh");
        _healer.Begin();
        _machine.CanLookUp = false;
        var before = _world.Now;
        _world.Skip(1_000_000);
        _world.Open(10, 3, "/since");
        _machine.Read(10, before);
        _machine.EndScan();
        Assert.False(_healer.Step(_world.Now));
        Assert.Equal("/since", _world.FdName(10, 3));
        // It is read once more where no event can come between.
        _machine.CanLookUp = true;
        _machine.Runs(10, 1, "healed").Group.Fds.Set(3, new FdEntry { Type = FdType.FileV2, Name = "/since"u8.ToArray(), Inode = 42 });
        _world.Skip(1_000_000);
        _healer.Step(_world.Now);
        Assert.True(_healer.Step(_world.Now));
        Assert.Equal(("/since", "healed"), (_world.FdName(10, 3), World.Text(_world.Thread(10).Comm)));
    }

    [Fact]
    public void A_process_with_an_event_is_healed_at_once()
    {
        _world.Fork(1, 10);
        _machine.Runs(10, 1, "renamed");
        _healer.Begin();
        var seen = "";
        _world.Close(10, 99, look: (ref c) => seen = World.Text(c.Thread!.Comm));
        Assert.Equal("renamed", seen);
        Assert.True(_healer.IsHealing);
    }

    [Fact]
    public void Nothing_is_read_at_once_beyond_the_budget_and_a_thread_refused_is_looked_up_later()
    {
        _machine.CanLookUp = false;
        _machine.Runs(30, 1, "patient");
        _world.Open(30, 3, "/x");
        Assert.False(_world.Thread(30).IsKnown);
        Assert.Equal(1ul, _world.State.Statistics.LookUpsRefused);
        Assert.True(_healer.HasWork);
        _healer.Step(_world.Now);
        Assert.False(_world.Thread(30).IsKnown);
        _machine.CanLookUp = true;
        _healer.Step(_world.Now);
        Assert.Equal("patient", World.Text(_world.Thread(30).Comm));
        Assert.False(_healer.HasWork);
    }

    [Fact]
    public void A_descriptor_that_is_nowhere_is_looked_for_once_in_a_while()
    {
        _world.Fork(1, 10);
        for (var i = 0; i < 5; i++) _world.Numbers(EventType.SyscallFstatX, 10, [0, 9]);
        Assert.Equal(1, _machine.FdReads);
        Assert.Equal(4ul, _world.State.Statistics.FdsKnownMissing);
        _world.Skip(6_000_000_000);
        _world.Numbers(EventType.SyscallFstatX, 10, [0, 9]);
        Assert.Equal(2, _machine.FdReads);
    }

    /// <summary>A whole healing on a machine at rest.</summary>
    private void Heal()
    {
        _healer.Begin();
        foreach (var pid in _machine.Pids) _machine.Read(pid, _world.Now);
        _machine.EndScan();
        Assert.True(_healer.Step(_world.Now));
        Assert.False(_healer.IsHealing);
    }
}
