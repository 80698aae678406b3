using System.Text;
using Peregrine.Events;
using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

public sealed class ContainerTests
{
    private const string Hash = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
    private const string Uid = "1a2b3c4d-0000-1111-2222-333344445555";
    private const string Controllers = "name=systemd pids blkio freezer devices memory cpuset cpuacct cpu";

    private readonly ContainerResolver _resolver = new();

    public static TheoryData<string, ContainerEngine, string> Marked => new()
    {
        { $"/docker/{Hash}", ContainerEngine.Docker, Hash },
        { $"/system.slice/docker-{Hash}.scope", ContainerEngine.Docker, Hash },
        { $"/docker/{Hash}/system.slice/nginx.service", ContainerEngine.Docker, Hash },
        { $"/process_api/55336e1cccf24d16c0bf401c25c33f95/docker/{Hash}", ContainerEngine.Docker, Hash },
        { $"/libpod_parent/libpod-{Hash}", ContainerEngine.Podman, Hash },
        { $"/process_api/55336e1cccf24d16c0bf401c25c33f95/libpod_parent/libpod-{Hash}", ContainerEngine.Podman, Hash },
        { $"/machine.slice/libpod-{Hash}.scope/container", ContainerEngine.Podman, Hash },
        { $"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{Hash}.scope", ContainerEngine.Podman, Hash },
        { $"/machine.slice/machine-libpod_pod_{Hash}.slice/libpod-{Hash}.scope/container", ContainerEngine.Podman, Hash },
        { "/k8s.io/mycontainer", ContainerEngine.Containerd, "mycontainer" },
        { $"/k8s.io/{Hash}", ContainerEngine.Containerd, Hash },
        { $"/kubepods/besteffort/pod{Uid}/{Hash}", ContainerEngine.Containerd, Hash },
        { $"/kubepods/pod{Uid}/{Hash}", ContainerEngine.Containerd, Hash },
        { $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Uid.Replace('-', '_')}.slice/cri-containerd-{Hash}.scope", ContainerEngine.Containerd, Hash },
        { $"/kubepods.slice/kubepods-pod{Uid.Replace('-', '_')}.slice/crio-{Hash}.scope", ContainerEngine.Crio, Hash },
        { $"/kubepods.slice/kubepods-pod{Uid.Replace('-', '_')}.slice/docker-{Hash}.scope", ContainerEngine.Docker, Hash },
        { $"/system.slice/containerd.service/kubepods-burstable-pod{Uid.Replace('-', '_')}.slice:cri-containerd:{Hash}", ContainerEngine.Containerd, Hash },
        { $"/machine.slice/crio-{Hash}.scope", ContainerEngine.Crio, Hash },
        { "/lxc/web", ContainerEngine.Lxc, "web" },
        { "/lxc.payload/web/init.scope", ContainerEngine.Lxc, "web" },
        { "/lxc.payload.web", ContainerEngine.Lxc, "web" },
        { "/machine.slice/machine-lxc\\x2d42\\x2dweb.scope", ContainerEngine.LibvirtLxc, "42\\x2dweb" },
        { "/machine.slice/machine-debian.scope/payload/system.slice", ContainerEngine.SystemdNspawn, "debian" },
        { "/machine.slice/systemd-nspawn@debian.service/payload", ContainerEngine.SystemdNspawn, "debian" },
        { $"/mesos/{Uid}", ContainerEngine.Mesos, Uid },
    };

    [Theory]
    [MemberData(nameof(Marked))]
    public void AnEnginesMarkDecides(string path, ContainerEngine engine, string id)
    {
        var found = _resolver.Resolve(All(path), false);
        Assert.NotNull(found);
        Assert.Equal((engine, id), (found.Engine, World.Text(found.FullId)));
        Assert.Equal(id.Length == 64 ? id[..12] : id, World.Text(found.Id));
        Assert.Equal(path.Contains("kubepods") ? Uid : "", World.Text(found.PodUid));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/system.slice/docker.service")]
    [InlineData("/system.slice/lxcfs.service")]
    [InlineData("/user.slice/user-1000.slice/session-1.scope")]
    [InlineData("/process_api/55336e1cccf24d16c0bf401c25c33f95")]
    [InlineData("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope")]
    [InlineData("/machine.slice/libpod-conmon-" + Hash + ".scope")]
    [InlineData("/lxc.monitor.web")]
    [InlineData("/machine.slice/machine-debian.scope/supervisor")]
    [InlineData("/kubepods/besteffort")]
    [InlineData("/jobs/" + Hash)]
    [InlineData("/docker/notahash")]
    public void OtherPathsAreTheHost(string path)
    {
        Assert.Null(_resolver.Resolve(All(path), false));
    }

    /// <summary>The trap: a shell on the reference machine.</summary>
    [Fact]
    public void AHashInOneHierarchyIsNotAContainer()
    {
        var cgroups = World.Vector(["name=systemd=/", "memory=/process_api/55336e1cccf24d16c0bf401c25c33f95", "cpu=/", "cpuset=/", "=/"])[..^1];
        Assert.Null(_resolver.Resolve(cgroups, false));
    }

    [Theory]
    [InlineData("/busybox-1", ContainerEngine.Unknown, "busybox-1")]
    [InlineData("/default/job1", ContainerEngine.Containerd, "job1")]
    [InlineData("/jobs/" + Hash, ContainerEngine.Containerd, Hash)]
    public void AnUnmarkedPathCountsWhenAllHierarchiesAgreeAndTheThreadHasItsOwnPidNamespace(string path, ContainerEngine engine, string id)
    {
        Assert.Null(_resolver.Resolve(All(path), false));
        var found = _resolver.Resolve(All(path), true);
        Assert.Equal((engine, id), (found!.Engine, World.Text(found.FullId)));
        var inherited = World.Vector([.. Controllers.Split(' ').Select(c => c == "memory" ? $"memory=/process_api/0123{path}" : $"{c}={path}")])[..^1];
        Assert.Same(found, _resolver.Resolve(inherited, true));
        var apart = World.Vector([$"cpu={path}", "memory=/elsewhere"])[..^1];
        Assert.Null(_resolver.Resolve(apart, true));
    }

    [Fact]
    public void TheInnermostOfNestedContainersCounts()
    {
        var inner = Hash.Replace('5', '6');
        Assert.Equal(inner, World.Text(_resolver.Resolve(All($"/docker/{Hash}/kubelet/kubepods/besteffort/pod{Uid}/{inner}"), false)!.FullId));
    }

    [Fact]
    public void OneContainerIsOneEntry()
    {
        var first = _resolver.Resolve(All($"/docker/{Hash}"), false);
        Assert.Same(first, _resolver.Resolve(All($"/docker/{Hash}"), true));
        Assert.Same(first, _resolver.Find(Encoding.UTF8.GetBytes(Hash[..12])));
    }

    [Fact]
    public void AProcessIsInTheContainerThatItsLastExecOrCloneShows()
    {
        var world = new World();
        world.Fork(1, 10);
        Assert.Null(world.Thread(10).Container);
        var version = world.Thread(10).Version;
        world.Exec(10, "/bin/sh", cgroups: $"memory=/docker/{Hash} cpu=/docker/{Hash}");
        Assert.Equal(ContainerEngine.Docker, world.Thread(10).Container!.Engine);
        Assert.NotEqual(version, world.Thread(10).Version);
        world.Born(11, 10);
        Assert.Same(world.Thread(10).Container, world.Thread(11).Container);
    }

    private static byte[] All(string path) => World.Vector([.. Controllers.Split(' ').Select(c => $"{c}={path}")])[..^1];
}
