using System.Diagnostics.CodeAnalysis;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>Tables keep to their bytes, and give up what is needed least.</summary>
public sealed class BudgetTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public void Environments_go_before_threads()
    {
        var world = new World(new StateOptions { ThreadBytes = 2 * Megabyte });
        for (var pid = 10; pid < 210; pid++)
        {
            world.Fork(1, pid);
            world.Exec(pid, "/bin/x", env: $"A={pid}" + new string('e', 16_000));
        }
        world.Close(1, 99);
        var budget = world.State.Budget;
        Assert.InRange(budget.ThreadBytes, 1, 2 * Megabyte);
        Assert.True(budget.TextsCut > 0);
        Assert.Equal(0ul, budget.ThreadsEvicted);
        Assert.Equal(201, world.State.Threads.Count);
        // The latest are whole: only as much was cut as had to be.
        Assert.Equal(16_005, world.Thread(209).Group.Env.Length);
    }

    [Fact]
    public void Processes_silent_for_longest_go_first_and_those_with_children_last()
    {
        var world = new World(new StateOptions { ThreadBytes = 100 * 1024 });
        world.Fork(1, 10);
        world.Fork(10, 11);
        for (var pid = 20; pid < 140; pid++) world.Fork(1, pid);
        Assert.InRange(world.State.Budget.ThreadBytes, 1, 100 * 1024);
        Assert.InRange(world.State.Budget.ThreadsEvicted, 1ul, 121ul);
        Assert.NotNull(world.State.Threads.Find(1));
        Assert.NotNull(world.State.Threads.Find(10));
        Assert.NotNull(world.State.Threads.Find(139));
        Assert.Null(world.State.Threads.Find(20));
    }

    [Fact]
    public void Descriptors_of_silent_processes_go_and_are_looked_up_when_they_are_used()
    {
        var host = new OneFile();
        var world = new World(new StateOptions { FdBytes = Megabyte, LookUpUnknown = true }, host);
        for (var pid = 10; pid < 60; pid++)
        {
            world.Fork(1, pid);
            for (var fd = 3; fd < 103; fd++) world.Open(pid, fd, $"/var/lib/files/{pid}/{fd}/of/the/process");
        }
        Assert.InRange(world.State.Budget.FdBytes, 1, Megabyte);
        Assert.True(world.State.Budget.FdsEvicted > 0);
        Assert.Equal(0, world.Thread(10).Fds.Count);
        Assert.Equal(100, world.Thread(59).Fds.Count);
        world.Numbers(EventType.SyscallFstatX, 10, [0, 3]);
        Assert.Equal("/looked/up", world.FdName(10, 3));
    }

    [Fact]
    public void What_is_shared_counts_once()
    {
        var world = new World(new StateOptions { ThreadBytes = 2 * Megabyte });
        world.Fork(1, 10);
        world.Exec(10, "/bin/x", env: new string('e', 60_000));
        for (var pid = 20; pid < 220; pid++) world.Fork(10, pid);
        for (var i = 0; i < 40; i++) world.Exec(10, "/bin/x", env: $"A={i}" + new string('e', 60_000));
        Assert.True(world.State.Budget.Measurements > 0);
        Assert.Equal((0ul, 0ul), (world.State.Budget.TextsCut, world.State.Budget.ThreadsEvicted));
    }

    [Fact]
    public void Silent_threads_are_asked_about_a_few_at_a_time()
    {
        var host = new OneFile();
        var world = new World(new StateOptions { LookUpUnknown = true, ThreadTimeout = TimeSpan.FromSeconds(1), PurgeInterval = TimeSpan.FromSeconds(1) }, host);
        for (var pid = 10; pid < 110; pid++) world.Fork(1, pid);
        world.Close(1, 99);
        world.Skip(3_000_000_000);
        world.Close(1, 99);
        Assert.InRange(host.Asked, 1, 10);
        for (var i = 0; i < 50; i++) world.Close(1, 99);
        Assert.Equal(100ul, world.State.Statistics.ThreadsPurged);
        Assert.Equal(1, world.State.Threads.Count);
    }

    [Fact]
    public void Answers_about_users_are_forgotten_with_their_age()
    {
        var world = new World(new StateOptions { LookUpUnknown = true, PurgeInterval = TimeSpan.FromSeconds(1), AccountLifetime = TimeSpan.FromSeconds(10) }, new OneFile());
        world.Fork(1, 10);
        for (uint uid = 100; uid < 150; uid++) world.State.Users.FindUser(uid, world.Thread(10));
        world.Close(1, 99);
        Assert.Equal(50, world.State.Users.Users.Count());
        world.Skip(20_000_000_000);
        world.Close(1, 99);
        Assert.Empty(world.State.Users.Users);
    }

    private sealed class OneFile : IHost
    {
        public int Asked { get; private set; }

        public bool TryReadThread(long tid, [NotNullWhen(true)] out ThreadEntry? thread)
        {
            thread = null;
            return false;
        }

        public bool TryReadFd(long pid, long fd, [NotNullWhen(true)] out FdEntry? entry)
        {
            entry = new FdEntry { Type = FdType.FileV2, Name = "/looked/up"u8.ToArray() };
            return true;
        }

        public bool TryReadUser(uint uid, long pid, [NotNullWhen(true)] out UserEntry? user)
        {
            user = new UserEntry(uid, uid, "somebody"u8.ToArray(), [], []);
            return true;
        }

        public bool TryReadGroup(uint gid, long pid, [NotNullWhen(true)] out GroupEntry? group)
        {
            group = null;
            return false;
        }

        public bool IsAlive(long tid)
        {
            Asked++;
            return false;
        }
    }
}
