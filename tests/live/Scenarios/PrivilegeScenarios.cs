using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>What a process may do and where it lives: capabilities, terminals, ids in its own namespaces, control groups.</summary>
[Collection(LiveCollection.Name)]
public sealed class PrivilegeScenarios(LiveSensor sensor)
{
    [Fact]
    public void TheCapabilitiesThatWereKeptAndNoOthers()
    {
        var few = Run("caps-few", "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw", sensor.Deeds.Path);
        Assert.Equal(("CAP_NET_RAW", "CAP_NET_RAW", "CAP_NET_RAW"), (few["thread.cap_effective"], few["thread.cap_permitted"], few["thread.cap_inheritable"]));
        var none = Run("caps-none", sensor.Deeds.Path, "as", "65534", "65534", sensor.Deeds.Path);
        Assert.True(string.IsNullOrEmpty(none["thread.cap_effective"]), none["thread.cap_effective"]);
        Assert.Contains("CAP_SYS_ADMIN", Run("caps-root", sensor.Deeds.Path)["thread.cap_effective"], StringComparison.Ordinal);
    }

    [Fact]
    public void TheTerminalIsToldByItsDevice()
    {
        Assert.NotEqual("0", Run("with-terminal", sensor.Deeds.Path, "pty", sensor.Deeds.Path)["proc.tty"]);
        Assert.Equal("0", Run("without-terminal", "/usr/bin/setsid", sensor.Deeds.Path)["proc.tty"]);
    }

    [Fact]
    public void ThreadsHaveTheirIdsInTheirOwnNamespaceToo()
    {
        var path = sensor.Folder.Write("inner-thread", "");
        sensor.Deeds.Do("clone-pidns", sensor.Deeds.Path, "clone-pidns", sensor.Deeds.Path, "thread-open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        // The first process of a namespace in a namespace, and its second thread.
        Assert.Equal(("1", "2"), (alert["proc.vpid"], alert["thread.vtid"]));
        Assert.NotEqual(alert["proc.pid"], alert["thread.tid"]);
        Assert.NotEqual("1", alert["proc.pid"]);
    }

    [Fact]
    public void TheControlGroupOfEachHierarchyIsTold()
    {
        var hierarchy = new[] { "/sys/fs/cgroup/cpu", "/sys/fs/cgroup" }.First(Directory.Exists);
        var group = $"peregrine-{LiveSensor.Tag}";
        var folder = Path.Combine(hierarchy, group);
        Directory.CreateDirectory(folder);
        try
        {
            Command.Run("/bin/sh", "-c", $"echo $$ > {folder}/cgroup.procs && exec \"$0\" nothing {LiveSensor.Tag}-cgroup", sensor.Deeds.Path).Succeeded();
            var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-cgroup");
            Assert.Equal(($"/{group}", "host"), (alert["thread.cgroup.cpu"], alert["container.id"]));
            Assert.Contains($"cpu=/{group}", alert["thread.cgroups"], StringComparison.Ordinal);
        }
        finally
        {
            Command.Run("rmdir", folder);
        }
    }

    private Alert Run(string word, string program, params string[] before)
    {
        Command.Run(program, [.. before, "nothing", $"{LiveSensor.Tag}-{word}"]).Succeeded();
        return sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-{word}");
    }
}
