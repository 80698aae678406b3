using Peregrine.State;
using Xunit;

namespace Peregrine.UnitTests.State;

/// <summary>
/// Control groups as machines in the field have them, and what is decided: v1 with all its controllers, v2 with one hierarchy, the hybrid of both; engines in services, in other engines and in nodes
/// that are containers themselves; and processes of the host that live in paths of the same look.
/// </summary>
public sealed class ControlGroupTests
{
    private const string Outer = "5ea733068030962afe24c88712a2d865516ac6416d875c62ff481c8ab84dd928";
    private const string Inner = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private const string Uid = "1a2b3c4d-0000-1111-2222-333344445555";
    private const string Underscored = "1a2b3c4d_0000_1111_2222_333344445555";

    /// <summary>The path, who made it, the id, and the pod's uid.</summary>
    public static TheoryData<string, ContainerEngine, string, string> Containers => new()
    {
        // Docker: both drivers, a parent of the user's, Docker in Docker with either, and a build.
        { $"/docker/{Outer}", ContainerEngine.Docker, Outer, "" },
        { $"/system.slice/docker-{Outer}.scope", ContainerEngine.Docker, Outer, "" },
        { $"/system.slice/docker-{Outer}.scope/init", ContainerEngine.Docker, Outer, "" },
        { $"/jobs.slice/jobs-nightly.slice/docker-{Outer}.scope", ContainerEngine.Docker, Outer, "" },
        { $"/nomad.slice/share.slice/docker-{Outer}.scope", ContainerEngine.Docker, Outer, "" },
        { $"/ecstasks.slice/ecstasks-0123456789abcdef0123456789abcdef.slice/docker-{Outer}.scope", ContainerEngine.Docker, Outer, "" },
        { $"/docker-ce/docker/{Outer}", ContainerEngine.Docker, Outer, "" },
        { $"/docker/{Outer}/docker/{Inner}", ContainerEngine.Docker, Inner, "" },
        { $"/system.slice/docker-{Outer}.scope/docker/{Inner}", ContainerEngine.Docker, Inner, "" },
        { $"/system.slice/docker-{Outer}.scope/system.slice/docker-{Inner}.scope", ContainerEngine.Docker, Inner, "" },
        { "/docker/buildkit/qm5p0v1zl2xw3y4u5t6s7r8q9", ContainerEngine.Containerd, "qm5p0v1zl2xw3y4u5t6s7r8q9", "" },
        // Podman: as root and as a user, in a pod, in a service that splits its group, with another init inside.
        { $"/machine.slice/libpod-{Outer}.scope", ContainerEngine.Podman, Outer, "" },
        { $"/machine.slice/libpod-{Outer}.scope/container", ContainerEngine.Podman, Outer, "" },
        { $"/machine.slice/libpod-{Outer}.scope/container/system.slice/sshd.service", ContainerEngine.Podman, Outer, "" },
        { $"/machine.slice/machine-libpod_pod_{Inner}.slice/libpod-{Outer}.scope", ContainerEngine.Podman, Outer, "" },
        { $"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{Outer}.scope/container", ContainerEngine.Podman, Outer, "" },
        { $"/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_{Inner}.slice/libpod-{Outer}.scope", ContainerEngine.Podman, Outer, "" },
        { $"/system.slice/web.service/libpod-payload-{Outer}", ContainerEngine.Podman, Outer, "" },
        { $"/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-{Outer}/container", ContainerEngine.Podman, Outer, "" },
        { $"/libpod_parent/libpod-{Outer}", ContainerEngine.Podman, Outer, "" },
        { $"/libpod_parent/{Inner}/libpod-{Outer}", ContainerEngine.Podman, Outer, "" },
        // One engine in the other.
        { $"/machine.slice/libpod-{Outer}.scope/container/docker/{Inner}", ContainerEngine.Docker, Inner, "" },
        { $"/libpod_parent/libpod-{Outer}/docker/{Inner}", ContainerEngine.Docker, Inner, "" },
        { $"/system.slice/docker-{Outer}.scope/libpod_parent/libpod-{Inner}", ContainerEngine.Podman, Inner, "" },
        { $"/lxc.payload.ci/docker/{Inner}", ContainerEngine.Docker, Inner, "" },
        { $"/lxc/101/ns/system.slice/docker-{Inner}.scope", ContainerEngine.Docker, Inner, "" },
        // Pods: both drivers, each quality of service, static ones, with each runtime, in a node that is a container, in a user's cluster.
        { $"/kubepods/besteffort/pod{Uid}/{Outer}", ContainerEngine.Containerd, Outer, Uid },
        { $"/kubepods/pod{Uid}/{Outer}", ContainerEngine.Containerd, Outer, Uid },
        { $"/kubepods/burstable/pod0123456789abcdef0123456789abcdef/{Outer}", ContainerEngine.Containerd, Outer, "0123456789abcdef0123456789abcdef" },
        { $"/kubepods/burstable/pod{Uid}/crio-{Outer}", ContainerEngine.Crio, Outer, Uid },
        { $"/kubepods.slice/kubepods-pod{Underscored}.slice/cri-containerd-{Outer}.scope", ContainerEngine.Containerd, Outer, Uid },
        { $"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{Underscored}.slice/cri-containerd-{Outer}.scope/init.scope", ContainerEngine.Containerd, Outer, Uid },
        { $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Underscored}.slice/crio-{Outer}.scope", ContainerEngine.Crio, Outer, Uid },
        { $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Underscored}.slice/crio-{Outer}.scope/container", ContainerEngine.Crio, Outer, Uid },
        { $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Underscored}.slice/docker-{Outer}.scope", ContainerEngine.Docker, Outer, Uid },
        { $"/system.slice/containerd.service/kubepods-burstable-pod{Underscored}.slice:cri-containerd:{Outer}", ContainerEngine.Containerd, Outer, Uid },
        { $"/kubepods-besteffort-pod{Underscored}.slice:cri-containerd:{Outer}", ContainerEngine.Containerd, Outer, Uid },
        { $"/docker/{Outer}/kubelet/kubepods/besteffort/pod{Uid}/{Inner}", ContainerEngine.Containerd, Inner, Uid },
        { $"/system.slice/docker-{Outer}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod{Underscored}.slice/cri-containerd-{Inner}.scope", ContainerEngine.Containerd, Inner, Uid },
        { $"/user.slice/user-1000.slice/user@1000.service/k3s-rootless.scope/kubepods/besteffort/pod{Uid}/{Outer}", ContainerEngine.Containerd, Outer, Uid },
        // CRI-O without a kubelet; containerd's own client.
        { $"/machine.slice/crio-{Outer}.scope", ContainerEngine.Crio, Outer, "" },
        { "/k8s.io/web", ContainerEngine.Containerd, "web", "" },
        // Machines.
        { "/lxc/101/ns/init.scope", ContainerEngine.Lxc, "101", "" },
        { "/lxc.payload.web/system.slice/nginx.service", ContainerEngine.Lxc, "web", "" },
        { "/user.slice/user-1000.slice/user@1000.service/app.slice/lxc-unpriv.scope/lxc.payload.web", ContainerEngine.Lxc, "web", "" },
        { "/machine.slice/machine-lxc\\x2d42\\x2dweb.scope/libvirt", ContainerEngine.LibvirtLxc, "42\\x2dweb", "" },
        { "/machine.slice/machine-debian\\x2dweb.scope/payload/system.slice/nginx.service", ContainerEngine.SystemdNspawn, "debian-web", "" },
        { "/machine.slice/systemd-nspawn@debian.service/payload/init.scope", ContainerEngine.SystemdNspawn, "debian", "" },
        { "/system.slice/runc-bpm-mfxxi33s.scope/bpm-mfxxi33s", ContainerEngine.Bpm, "mfxxi33s", "" },
        { "/system.slice/bpm-mfxxi33s.scope", ContainerEngine.Bpm, "mfxxi33s", "" },
    };

    [Theory]
    [MemberData(nameof(Containers))]
    public void AContainerIsFoundInEveryHierarchyAndNamespace(string path, ContainerEngine engine, string id, string pod)
    {
        foreach (var cgroups in Everywhere(path))
        {
            foreach (var inPidNamespace in new[] { false, true })
            {
                var found = new ContainerResolver().Resolve(cgroups, inPidNamespace);
                Assert.Equal((engine, id, pod), (found?.Engine, World.Text(found?.FullId ?? []), World.Text(found?.PodUid ?? [])));
            }
        }
    }

    /// <summary>Paths of host processes. None has a pid namespace of its own.</summary>
    public static TheoryData<string> HostPaths =>
    [
        "/", "/init.scope", "/user.slice/user-1000.slice/session-1.scope", "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1.scope",
        // The engines themselves, their monitors and shims.
        "/system.slice/docker.service", "/system.slice/containerd.service", "/system.slice/crio.service", "/system.slice/podman.service", "/system.slice/kubelet.service", "/kubelet",
        "/libpod_parent/conmon", $"/machine.slice/libpod-conmon-{Outer}.scope", $"/kubepods.slice/kubepods-pod{Underscored}.slice/crio-conmon-{Outer}.scope", "/system.slice/web.service/runtime",
        "/user.slice/user-1000.slice/user@1000.service/user.slice/podman-4242.scope", "/system.slice/system.slice:docker:x",
        $"/kubepods/besteffort/pod{Uid}", $"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{Underscored}.slice", "/kubepods", "/kubepods.slice",
        "/lxc.monitor.web", "/lxc.monitor/web", "/lxc.pivot", "/system.slice/lxcfs.service", "/machine.slice/machine-debian.scope/supervisor", "/machine.slice/systemd-nspawn@debian.service/supervisor",
        "/machine.slice/machine-debian.scope", "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator", "/system.slice/systemd-machined.service",
        // Names that only look like a container's: hashes of builds, jobs, runs; an engine's word without its id; ids that are too short, too long or no digits.
        $"/jobs/{Outer}", $"/ci/{Outer}/{Inner}", "/process_api/55336e1cccf24d16c0bf401c25c33f95", "/system.slice/run-r0123456789abcdef0123456789abcdef.scope",
        $"/system.slice/job-{Outer}.service", $"/system.slice/docker-{Outer}.mount", $"/system.slice/docker-{Outer}.service", "/docker/notahash", $"/docker/{Outer}0", $"/docker/{Outer}/"[..^2],
        $"/libpod-{Outer}x", "/libpod_parent", $"/docker/{Outer[..63]}G", $"/crio-{Outer[..63]}", "/mesos/notauuid", "/system.slice/bpm-agent.service", "/bpm/x", "/slurm/uid_1000/job_42/step_0",
        "/yarn/container_1700000000000_0001_01_000001", "/htcondor/condor_slot1", "/actions_job/0123456789abcdef",
    ];

    [Theory]
    [MemberData(nameof(HostPaths))]
    public void AProcessOfTheHostIsInNone(string path)
    {
        foreach (var cgroups in Everywhere(path)) Assert.Null(new ContainerResolver().Resolve(cgroups, inPidNamespace: false));
    }

    /// <summary>Browsers, sandboxes and build tools give their children pid namespaces, without making containers.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-4242.scope")]
    [InlineData("/user.slice/user-1000.slice/session-1.scope")]
    [InlineData("/system.slice/nix-daemon.service")]
    [InlineData("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope")]
    [InlineData("/machine.slice/machine-debian.scope/supervisor")]
    [InlineData("/lxc.monitor.web/x.scope")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/builder.service/sandbox-1")]
    public void APidNamespaceInAUnitOfTheHostIsNoContainer(string path)
    {
        foreach (var cgroups in Everywhere(path)) Assert.Null(new ContainerResolver().Resolve(cgroups, inPidNamespace: true));
    }

    /// <summary>What runtimes make without an engine bears no mark: there the namespace decides, and that all hierarchies agree.</summary>
    [Theory]
    [InlineData("/web-1", ContainerEngine.Unknown, "web-1")]
    [InlineData("/default/job1", ContainerEngine.Containerd, "job1")]
    [InlineData("/ecs/0123456789abcdef0123456789abcdef/" + Outer, ContainerEngine.Unknown, Outer)]
    [InlineData("/system.slice/runc-web.scope", ContainerEngine.Unknown, "web")]
    [InlineData("/user.slice/user-1000.slice/crun-web.scope", ContainerEngine.Unknown, "web")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/web", ContainerEngine.Unknown, "web")]
    public void AContainerWithoutAMarkIsToldByItsPidNamespace(string path, ContainerEngine engine, string id)
    {
        foreach (var cgroups in Everywhere(path))
        {
            Assert.Null(new ContainerResolver().Resolve(cgroups, inPidNamespace: false));
            var found = new ContainerResolver().Resolve(cgroups, inPidNamespace: true);
            Assert.Equal((engine, id), (found?.Engine, World.Text(found?.FullId ?? [])));
        }
    }

    /// <summary>In the hierarchies of old, systemd-nspawn makes no group for the payload.</summary>
    [Fact]
    public void AMachineWithoutAPayloadGroupIsToldByItsPidNamespace()
    {
        foreach (var below in new[] { "", "/init.scope", "/system.slice/ssh.service" })
        {
            var cgroups = World.Vector([$"name=systemd=/machine.slice/machine-deb.scope{below}", "memory=/machine.slice/machine-deb.scope", "cpu=/"])[..^1];
            Assert.Null(new ContainerResolver().Resolve(cgroups, inPidNamespace: false));
            var found = new ContainerResolver().Resolve(cgroups, inPidNamespace: true);
            Assert.Equal((ContainerEngine.SystemdNspawn, "deb"), (found?.Engine, World.Text(found?.FullId ?? [])));
        }
    }

    /// <summary>A host process in a container-like path of one controller, as accounting tools and test machines leave it; the mark of an engine counts in one hierarchy too.</summary>
    [Theory]
    [InlineData("process_api/55336e1cccf24d16c0bf401c25c33f95", null)]
    [InlineData("jobs/" + Outer, null)]
    [InlineData("docker/" + Outer, Outer)]
    public void OnlyAnEnginesMarkCountsInASingleHierarchy(string path, string? id)
    {
        foreach (var inPidNamespace in new[] { false, true })
        {
            var cgroups = World.Vector(["name=systemd=/user.slice/user-0.slice/session-1.scope", $"memory=/{path}", "cpu=/", "cpuset=/", "=/"])[..^1];
            Assert.Equal(id, new ContainerResolver().Resolve(cgroups, inPidNamespace) is { } found ? World.Text(found.FullId) : null);
        }
    }

    /// <summary>v1, v2 and both, as <c>/proc/PID/cgroup</c> and the probe tell them: the controllers of a unified hierarchy stand each for itself, or none is named.</summary>
    private static IEnumerable<byte[]> Everywhere(string path)
    {
        yield return World.Vector([.. "name=systemd pids blkio freezer devices memory cpuset cpuacct cpu".Split(' ').Select(c => $"{c}={path}")])[..^1];
        yield return World.Vector([$"={path}"])[..^1];
        yield return World.Vector([.. "cpuset cpu io memory pids".Split(' ').Select(c => $"{c}={path}")])[..^1];
        yield return World.Vector([.. "name=systemd memory cpu".Split(' ').Select(c => $"{c}={path}"), $"={path}"])[..^1];
        // A controller that nobody uses stays at the root.
        yield return World.Vector([$"name=systemd={path}", "rdma=/", $"memory={path}", $"={path}"])[..^1];
    }
}
