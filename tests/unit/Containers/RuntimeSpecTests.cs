using System.Text;
using Peregrine.Containers.Images;
using Peregrine.Containers.Oci;
using Peregrine.State;
using Peregrine.UnitTests.State;
using Xunit;

namespace Peregrine.UnitTests.Containers;

public sealed class RuntimeSpecTests
{
    private const string Held = """
        {"process":{"user":{"uid":33},"capabilities":{"bounding":["CAP_CHOWN"]}},
         "mounts":[{"destination":"/proc","type":"proc","source":"proc"},{"destination":"/data","type":"bind","source":"/srv/data","options":["rbind","ro","rslave"]}],
         "linux":{"cgroupsPath":"/docker/x","maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/sys"],"seccomp":{"defaultAction":"SCMP_ACT_ERRNO"},"namespaces":[{"type":"pid"},{"type":"ipc"},{"type":"mount"}]}}
        """;

    [Fact]
    public void TheSpecificationTellsMountsNamespacesAndUser()
    {
        var details = RuntimeSpec.Parse(Encoding.UTF8.GetBytes(Held)).ToDetails();
        Assert.Equal("proc:/proc::true:,/srv/data:/data::false:rslave", World.Text(details.MountsText));
        Assert.Equal((false, true, false, "33", false), (details.HostPid, details.HostNetwork, details.HostIpc, World.Text(details.User), details.Privileged));
        Assert.Equal(ContainerFacts.Mounts | ContainerFacts.Namespaces | ContainerFacts.User | ContainerFacts.Privileged, details.Known);
    }

    [Theory]
    [InlineData("""{"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"linux":{}}""", true)]
    [InlineData("""{"process":{"capabilities":{"bounding":["CAP_CHOWN"]}},"linux":{}}""", false)]
    [InlineData("""{"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"linux":{"maskedPaths":["/proc/kcore"]}}""", false)]
    [InlineData("""{"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"linux":{"seccomp":{}}}""", false)]
    [InlineData("""{"process":{"apparmorProfile":"docker-default","capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"linux":{}}""", false)]
    [InlineData("""{"mounts":[{"type":"sysfs","options":["ro"]}],"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"linux":{}}""", false)]
    [InlineData("""{"mounts":[{"type":"sysfs","options":["rw"]}],"process":{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}},"linux":{}}""", true)]
    public void PrivilegedIsWhatNothingHoldsBack(string json, bool privileged) => Assert.Equal(privileged, RuntimeSpec.Parse(Encoding.UTF8.GetBytes(json)).Privileged);

    [Theory]
    [InlineData("nginx", "nginx", "", "")]
    [InlineData("nginx:1.25", "nginx", "1.25", "")]
    [InlineData("registry:5000/a/b", "registry:5000/a/b", "", "")]
    [InlineData("registry:5000/a/b:x", "registry:5000/a/b", "x", "")]
    [InlineData("a/b@sha256:00", "a/b", "", "sha256:00")]
    [InlineData("a/b:t@sha256:00", "a/b", "t", "sha256:00")]
    public void AnImagesNameIsTakenApart(string name, string repository, string tag, string digest) => Assert.Equal(new ImageName(repository, tag, digest), ImageName.Parse(name));
}
