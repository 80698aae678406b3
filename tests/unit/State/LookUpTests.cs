using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class LookUpTests
{
    private readonly FakeHost _host = new();

    [Fact]
    public void AnUnknownThreadIsReadFromTheHost()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        _host.Threads[500] = World.NewThread(500, 500, 1, "late", "/srv/");
        world.Open(500, 3, "x");
        Assert.Equal("/srv/x", world.FdName(500, 3));
        Assert.Equal((1ul, 1ul), (world.State.Statistics.ThreadsUnknown, world.State.Statistics.ThreadsLookedUp));
        Assert.Same(world.Thread(1), world.State.Threads.Parent(world.Thread(500)));
    }

    [Fact]
    public void AThreadThatNobodyKnowsBecomesAPlaceholderOnce()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        for (var i = 0; i < 5; i++) world.Open(500, 3, "/x");
        var thread = world.Thread(500);
        Assert.False(thread.IsKnown);
        Assert.Equal((-1L, "<NA>", uint.MaxValue), (thread.Pid, World.Text(thread.Comm), thread.Uid));
        Assert.Equal(1, _host.ThreadReads);
    }

    [Fact]
    public void EventsThatOnlyMentionAThreadDoNotMakeOne()
    {
        var world = new World();
        var known = true;
        world.Event(EventType.ProcinfoE, 500, (ref w) => w.U64(1), (ref c) => known = c.Thread is not null);
        Assert.False(known);
        world.Exit(500);
        Assert.Null(world.State.Threads.Find(500));
    }

    [Fact]
    public void AnUnknownDescriptorIsReadFromTheHostUnlessTheCallFailed()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        world.Fork(1, 10);
        _host.Fds[(10, 9)] = new FdEntry { Type = FdType.FileV2, Name = "/var/log/x"u8.ToArray() };
        var name = "";
        world.Numbers(EventType.SyscallFstatX, 10, [-9, 9], (ref c) => name += c.Fd is null ? "-" : World.Text(c.Fd.Name));
        world.Numbers(EventType.SyscallFstatX, 10, [0, 9], (ref c) => name += c.Fd is null ? "-" : World.Text(c.Fd.Name));
        Assert.Equal("-/var/log/x", name);
    }

    [Fact]
    public void AFullTableRefusesAndSaysSo()
    {
        var world = new World(new StateOptions { MaxThreads = 3 });
        world.Fork(1, 10);
        world.Fork(1, 11);
        world.Clone(1, 12);
        var thread = world.Thread(1);
        world.Open(13, 3, "/x", look: (ref c) => thread = c.Thread);
        Assert.Null(thread);
        Assert.Equal(3, world.State.Threads.Count);
        Assert.True(world.State.Threads.Refused >= 2);
        world.Exit(11);
        world.Fork(1, 14);
        Assert.NotNull(world.State.Threads.Find(14));
    }

    [Fact]
    public void ThreadsWhoseEndWasMissedAreForgotten()
    {
        var world = new World(new StateOptions { LookUpUnknown = true, ThreadTimeout = TimeSpan.FromMicroseconds(5), PurgeInterval = TimeSpan.FromMicroseconds(5) }, _host);
        world.Fork(1, 10);
        world.Fork(1, 11);
        _host.Alive = [1, 10];
        for (var i = 0; i < 30; i++) world.Close(1, 99);
        Assert.Null(world.State.Threads.Find(11));
        Assert.NotNull(world.State.Threads.Find(10));
        Assert.Equal(1ul, world.State.Statistics.ThreadsPurged);
    }

    [Fact]
    public void EventsFromBeforeTheListWasMadeTellNothingNew()
    {
        var world = new World();
        var listed = World.NewThread(20, 20, 1, "nginx");
        world.State.AddThread(listed);
        world.State.SeedTime = ulong.MaxValue;
        world.Clone(1, 20, comm: "systemd");
        world.Born(20, 1, comm: "systemd");
        Assert.Same(listed, world.Thread(20));
        Assert.Equal("nginx", World.Text(listed.Comm));
    }

    [Fact]
    public void UsersAreAskedForAsTheThreadSeesThemAndRemembered()
    {
        var world = new World(new StateOptions { LookUpUnknown = true }, _host);
        _host.Users[(33, 0)] = new UserEntry(33, 33, "www-data"u8.ToArray(), "/var/www"u8.ToArray(), []);
        _host.Users[(33, 10)] = new UserEntry(33, 33, "web"u8.ToArray(), "/"u8.ToArray(), []);
        world.Fork(1, 10);
        world.Exec(10, "/bin/sh", cgroups: "cpu=/docker/5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("www-data", World.Text(world.State.Users.FindUser(33, world.Thread(1))!.Name));
            Assert.Equal("web", World.Text(world.State.Users.FindUser(33, world.Thread(10))!.Name));
        }
        Assert.Equal(2, _host.UserReads);
        Assert.Null(world.State.Users.FindUser(uint.MaxValue, world.Thread(1)));
        Assert.Null(world.State.Users.FindUser(4711, world.Thread(1)));
        Assert.Equal("root", World.Text(world.State.Users.FindUser(0, world.Thread(10))!.Name));
    }

    [Fact]
    public void AccountEventsAddAndRemoveUsers()
    {
        var world = new World();
        Account(EventType.UserAddedE);
        Assert.Equal("ann", World.Text(world.State.Users.FindUser(1001, world.Thread(1))!.Name));
        Account(EventType.UserDeletedE);
        Assert.Null(world.State.Users.FindUser(1001, world.Thread(1)));

        void Account(EventType type) => world.Event(type, -1, (ref w) =>
        {
            w.U32(1001);
            w.U32(1001);
            w.Text("ann"u8);
            w.Text("/home/ann"u8);
            w.Text("/bin/sh"u8);
            w.Text(""u8);
        });
    }

    [Fact]
    public void CredentialsFollowTheEffectiveId()
    {
        var world = new World();
        world.Fork(1, 10);
        Ids(EventType.SyscallSetresuidX, 0, 500, 0);
        Assert.Equal(500u, world.Thread(10).Uid);
        Ids(EventType.SyscallSetreuidX, 7, uint.MaxValue, 0);
        Assert.Equal(500u, world.Thread(10).Uid);
        Ids(EventType.SyscallSetgidX, 600, 0, 0);
        Assert.Equal(600u, world.Thread(10).Gid);

        void Ids(EventType type, uint a, uint b, uint c) => world.Event(type, 10, (ref w) =>
        {
            w.I64(0);
            w.U32(a);
            if (type != EventType.SyscallSetgidX) w.U32(b);
            if (type == EventType.SyscallSetresuidX) w.U32(c);
        });
    }
}
