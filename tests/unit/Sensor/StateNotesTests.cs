using System.Text;
using System.Text.Json;
using Peregrine.Capture;
using Peregrine.Events;
using Peregrine.Sensor.Recording;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>What a live sensor looks up beside the events stands in its captures, so that a replay knows it too.</summary>
public sealed class StateNotesTests
{
    private const string Hash = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    private readonly FakeHost _host = new();
    private readonly World _live;
    private readonly World _replay = new();
    private readonly StateNotes _notes;

    public StateNotesTests()
    {
        _live = new World(new StateOptions { LookUpUnknown = true }, _host);
        _live.State.BootTime = _replay.State.BootTime = 500_000_000;
        _live.State.Listener = _notes = new StateNotes(_live.State) { Time = 2_000_000_000 };
    }

    [Fact]
    public void AProcessThatWasLookedUpIsKnownWithItsDescriptors()
    {
        var thread = World.NewThread(500, 500, 1, "late", "/srv/");
        (thread.Args, thread.ExePath, thread.Cgroups, thread.Group.Env) = ("-a\0b"u8.ToArray(), "/usr/bin/late"u8.ToArray(), "cpu=/x\0memory=/y"u8.ToArray(), "A=1\0B=2"u8.ToArray());
        (thread.Uid, thread.Gid, thread.LoginUid, thread.Tty, thread.SessionId, thread.Pgid, thread.VirtualPgid) = (33, 34, 35, 36, 400, 401, 402);
        (thread.CapEffective, thread.CapInheritable, thread.CapPermitted) = (1, 2, 3);
        (thread.ExeInode, thread.ExeInodeCtime, thread.ExeInodeMtime, thread.FdLimit, thread.Root) = (7, 8, 9, 1024, "/"u8.ToArray());
        (thread.VmSizeKb, thread.VmRssKb, thread.VmSwapKb, thread.PageFaultsMajor, thread.PageFaultsMinor) = (10, 11, 12, 13, 14);
        thread.PidNamespaceStart = 900_000_000;
        thread.Group.Fds.Set(0, new FdEntry { Type = FdType.FileV2, Name = "/dev/null"u8.ToArray(), OpenFlags = 1, Inode = 5 });
        thread.Group.Fds.Set(3, new FdEntry { Type = FdType.Directory, Name = "/srv"u8.ToArray(), Inode = 6 });
        thread.Group.Fds.Set(4, new FdEntry { Type = FdType.Fifo, Name = "pipe:[1]"u8.ToArray(), Inode = 1 });
        thread.Group.Fds.Set(5, new FdEntry { Type = FdType.UnixSocket, Name = "/run/x"u8.ToArray(), UnixSource = 77, Inode = 2 });
        thread.Group.Fds.Set(6, new FdEntry { Type = FdType.Netlink, Inode = 3 });
        thread.Group.Fds.Set(7, new FdEntry { Type = FdType.Memfd, Name = "memfd:m"u8.ToArray(), Inode = 4 });
        thread.Group.Fds.Set(8, new FdEntry { Type = FdType.EventFd, Name = "[eventfd]"u8.ToArray(), Inode = 8 });
        thread.Group.Fds.Set(9, new FdEntry { Type = FdType.TimerFd, Name = "[timerfd]"u8.ToArray(), Inode = 9 });
        _host.Threads[500] = thread;
        _live.Open(500, 10, "x");
        Replay();
        _replay.Open(500, 10, "x");
        Assert.Equal(Text(_live.Thread(500)), Text(_replay.Thread(500)));
        Assert.Same(_replay.Thread(1), _replay.State.Threads.Parent(_replay.Thread(500)));
    }

    [Fact]
    public void ASecondThreadIsKnownAsOneOfItsProcess()
    {
        var leader = World.NewThread(500, 500, 1, "late");
        var second = World.NewThread(501, 500, 1, "worker");
        (_host.Threads[500], _host.Threads[501]) = (leader, second);
        _live.Open(500, 3, "/a");
        _live.Open(501, 4, "/b");
        Replay();
        Assert.Equal((500, "worker"), (_replay.Thread(501).Pid, World.Text(_replay.Thread(501).Comm)));
        Assert.Same(_replay.Thread(500).Group, _replay.Thread(501).Group);
    }

    [Fact]
    public void ADescriptorThatWasLookedUpIsKnown()
    {
        _live.Fork(1, 10);
        _replay.Fork(1, 10);
        var tuple = new SocketTuple { SourceAddress = InetAddress.Read([10, 0, 0, 1]), SourcePort = 40000, DestinationAddress = InetAddress.Read([10, 0, 0, 2]), DestinationPort = 80, Protocol = L4Protocol.Tcp };
        _host.Fds[(10, 9)] = new FdEntry { Type = FdType.Ipv4Socket, Tuple = tuple, Name = "10.0.0.1:40000->10.0.0.2:80"u8.ToArray(), Flags = FdFlags.RoleClient };
        _live.Numbers(EventType.SyscallFstatX, 10, [0, 9]);
        Replay();
        Assert.Equal("10.0.0.1:40000->10.0.0.2:80", _replay.FdName(10, 9));
        Assert.Equal(tuple, _replay.Thread(10).Fds.Find(9)!.Tuple);
    }

    [Fact]
    public void AccountsThatWereAskedForAreKnownAndSoAreThoseThatAreNot()
    {
        _live.Clone(1, 10, cgroups: $"cpu=/docker/{Hash}\0");
        _live.Born(10, 1, cgroups: $"cpu=/docker/{Hash}\0");
        _replay.Born(10, 1, cgroups: $"cpu=/docker/{Hash}\0");
        _replay.State.AddUser(new UserEntry(1000, 1000, "hosts"u8.ToArray(), [], []));
        _host.Users[(33, 10)] = new UserEntry(33, 33, "web"u8.ToArray(), "/var/www"u8.ToArray(), "/bin/sh"u8.ToArray());
        _host.Users[(44, 0)] = new UserEntry(44, 44, "late"u8.ToArray(), [], []);
        Assert.NotNull(_live.State.Users.FindUser(33, _live.Thread(10)));
        Assert.Null(_live.State.Users.FindUser(1000, _live.Thread(10)));
        Assert.NotNull(_live.State.Users.FindUser(44, _live.Thread(1)));
        Replay();
        Assert.Equal("web", World.Text(_replay.State.Users.FindUser(33, _replay.Thread(10))!.Name));
        Assert.Null(_replay.State.Users.FindUser(1000, _replay.Thread(10)));
        Assert.Equal("hosts", World.Text(_replay.State.Users.FindUser(1000, _replay.Thread(1))!.Name));
        Assert.Equal("late", World.Text(_replay.State.Users.FindUser(44, _replay.Thread(1))!.Name));
    }

    [Fact]
    public void AContainerIsKnownAsFarAsItWas()
    {
        _live.Born(10, 1, cgroups: $"cpu=/docker/{Hash}\0");
        var container = _live.Thread(10).Container!;
        container.Learn(null, ContainerLookup.Waiting);
        _notes.ContainerChanged(container);
        // Its first thread comes after what is told of it.
        Replay();
        _replay.Born(10, 1, cgroups: $"cpu=/docker/{Hash}\0");
        var replayed = _replay.Thread(10).Container!;
        Assert.Equal(ContainerLookup.Waiting, replayed.Lookup);
        container.Learn(Details, ContainerLookup.Answered);
        _notes.ContainerChanged(container);
        Replay();
        Assert.Equal(ContainerLookup.Answered, replayed.Lookup);
        Assert.Equal(JsonSerializer.Serialize(container.Details), JsonSerializer.Serialize(replayed.Details));
        container.Learn(null, ContainerLookup.Failed, "no \"answer\""u8.ToArray());
        _notes.ContainerChanged(container);
        Replay();
        Assert.Equal((ContainerLookup.Failed, "no \"answer\""), (replayed.Lookup, World.Text(replayed.Reason)));
    }

    [Fact]
    public void WhatWasPutRightAfterLossesIsPutRightInAReplayToo()
    {
        var machine = new ScannedMachine();
        var live = new World(new StateOptions { LookUpUnknown = true }, machine);
        var healer = new StateHealer(live.State, machine);
        machine.Clock = () => live.Now;
        foreach (var world in new[] { live, _replay })
        {
            world.Fork(1, 10);
            world.Fork(10, 11);
            world.Open(10, 3, "/replaced");
            world.Open(10, 4, "/closed");
        }
        machine.Runs(1, 0, "systemd");
        var nginx = machine.Runs(10, 1, "nginx", exe: "/usr/sbin/nginx", cwd: "/srv/", uid: 33);
        nginx.Group.Fds.Set(3, new FdEntry { Type = FdType.FileV2, Name = "/new"u8.ToArray(), Inode = 77, OpenFlags = 1 });
        nginx.Group.Fds.Set(5, new FdEntry { Type = FdType.Fifo, Name = "pipe:[5]"u8.ToArray(), Inode = 5 });
        machine.Runs(20, 10, "late");
        var notes = new StateNotes(live.State) { Time = live.Now };
        live.State.Listener = notes;
        healer.Begin();
        foreach (var pid in machine.Pids) machine.Read(pid, live.Now);
        machine.EndScan();
        Assert.True(healer.Step(live.Now));
        Replay(notes);
        Assert.Equal("nginx", World.Text(_replay.Thread(10).Comm));
        Assert.Equal(Text(live), Text(_replay));
        Assert.Same(_replay.Thread(10), _replay.State.Threads.Parent(_replay.Thread(20)));
    }

    [Fact]
    public void DescriptorsThatCloseAtAnExecCloseInAReplayToo()
    {
        _live.Fork(1, 10);
        foreach (var fd in new[] { 3, 4, 5, 7, 9 }) _live.Open(10, fd, "/x", fd == 7 ? 1 : 1 | World.OpenCloexec);
        var tables = new CaptureMetadata { Threads = StateTables.Threads(_live.State.Threads.All) };
        var capture = Capture.CaptureSamples.Write(CaptureCompression.None, writer =>
        {
            writer.WriteSection(tables);
            StateNotes.WriteBeginning(_live.State, writer, tables, 1);
        });
        using var reader = CaptureReader.Open(new MemoryStream(capture));
        var state = Peregrine.Sensor.Replay.CaptureSeed.NewState(reader.Metadata, new StateOptions());
        var marks = 0;
        for (; reader.TryRead(out var e); marks++)
        {
            var context = new EventContext { Event = e.Event, IsStateOnly = true };
            state.Apply(ref context);
            state.Complete(ref context);
        }
        Assert.Equal(2, marks);
        Assert.Equal([3, 4, 5, 9], state.Threads.Find(10)!.Fds.Entries().Where(f => f.Entry.IsCloseOnExec).Select(f => f.Fd).Order());
    }

    [Fact]
    public void TheContainerPluginsOwnDescriptionIsUnderstood()
    {
        const string Json = """
            {"container":{"type":0,"id":"5ea733068030","full_id":"FULL","name":"web","image":"nginx:1.27","imagerepo":"nginx","imagetag":"1.27","imageid":"0ca0","imagedigest":"sha256:b9","privileged":true,
            "Mounts":[{"Source":"/home","Destination":"/data","Mode":"","RW":true,"Propagation":"rprivate"}],"labels":{"io.kubernetes.pod.name":"pod-1","io.kubernetes.pod.namespace":"prod","tier":"front"},
            "pod_sandbox_labels":null,"ip":"172.17.0.2","host_pid":false,"host_ipc":false,"host_network":true,"User":"www","created_time":1730971086,"lookup_state":1,
            "Healthcheck":{"exe":"curl","args":["-f","http://localhost"]}}}
            """;
        var told = ContainerDescription.Read(Encoding.UTF8.GetBytes(Json.Replace("FULL", Hash, StringComparison.Ordinal)))!;
        var details = told.Details!;
        Assert.Equal((Hash, ContainerLookup.Answered), (World.Text(told.FullId), told.Lookup));
        Assert.Equal(("web", "nginx", "1.27", "sha256:b9"), (World.Text(details.Name), World.Text(details.ImageRepository), World.Text(details.ImageTag), World.Text(details.ImageDigest)));
        Assert.Equal("/home:/data::true:rprivate", World.Text(details.MountsText));
        Assert.Equal(("pod-1", "prod", "tier:front"), (World.Text(details.PodName), World.Text(details.PodNamespace), World.Text(details.Labels.Text)));
        Assert.Equal((true, true, false, 1_730_971_086_000_000_000), (details.Privileged, details.HostNetwork, details.HostPid, details.CreatedTime));
        Assert.Equal(("curl -f http://localhost", "172.17.0.2", ContainerEngine.Docker), (World.Text(details.Healthcheck), World.Text(details.Ip), details.Engine));
        Assert.False(details.Known.HasFlag(ContainerFacts.Size));
        Assert.False(details.Known.HasFlag(ContainerFacts.PodLabels));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"container\":{}}")]
    [InlineData("{\"container\":{\"id\":\"host\"}}")]
    [InlineData("{\"container\":{\"id\":7}}")]
    public void ADescriptionThatIsNoneSaysNothing(string json) => Assert.Null(ContainerDescription.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void AnOldContainerEventSaysWhatItCan()
    {
        var told = ContainerDescription.Read("""{"id":"5ea733068030","type":0,"name":"web","image":"nginx"}"""u8)!;
        Assert.Equal(ContainerFacts.Name | ContainerFacts.Image, told.Details!.Known);
    }

    private static ContainerDetails Details => new()
    {
        Known = ContainerFacts.All & ~ContainerFacts.Size,
        Engine = ContainerEngine.Containerd,
        Name = "web \"1\""u8.ToArray(),
        Image = "nginx:1.27"u8.ToArray(),
        ImageRepository = "nginx"u8.ToArray(),
        ImageTag = "1.27"u8.ToArray(),
        ImageId = "0ca0"u8.ToArray(),
        ImageDigest = "sha256:b9"u8.ToArray(),
        Privileged = true,
        Mounts = [new ContainerMount("/a"u8.ToArray(), "/b"u8.ToArray(), "z"u8.ToArray(), true, "rprivate"u8.ToArray())],
        MountsText = "/a:/b:z:true:rprivate"u8.ToArray(),
        Labels = ContainerLabels.Of([KeyValuePair.Create("tier", "front"), KeyValuePair.Create("a", "")]),
        PodName = "pod"u8.ToArray(),
        PodNamespace = "prod"u8.ToArray(),
        PodUid = "u-1"u8.ToArray(),
        SandboxId = "s"u8.ToArray(),
        PodLabels = ContainerLabels.Of([KeyValuePair.Create("app", "x")]),
        Ip = "10.0.0.9"u8.ToArray(),
        CniJson = "{\"a\":1}"u8.ToArray(),
        HostNetwork = true,
        Healthcheck = "curl -f http://localhost"u8.ToArray(),
        User = "www"u8.ToArray(),
        CreatedTime = 1_730_971_086_123_456_789,
    };

    /// <summary>Applies to the other world what was noted in this one.</summary>
    private void Replay() => Replay(_notes);

    private void Replay(StateNotes notes) => notes.Flush((note, flags) =>
    {
        Assert.Equal(CaptureEventFlags.StateOnly, flags);
        Assert.True(EventView.TryRead(note.Record, out _));
        var context = new EventContext { Event = note, IsStateOnly = true };
        _replay.State.Apply(ref context);
        _replay.State.Complete(ref context);
    });

    private static string Text(World world) => JsonSerializer.Serialize(StateTables.Threads(world.State.Threads.All.OrderBy(t => t.Tid)), WithFields);

    private static string Text(ThreadEntry thread) => JsonSerializer.Serialize(StateTables.Threads([thread]), WithFields);
}
