using System.Text;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Who did it and to what, when that is hard to tell: short lives, no exec, threads, paths of every shape.</summary>
[Collection(LiveCollection.Name)]
public sealed class IdentityScenarios(LiveSensor sensor)
{
    [Fact]
    public void AProcessThatIsGoneBeforeAnybodyLooks()
    {
        var path = sensor.Folder.Write("short-life", "");
        for (var i = 0; i < 50; i++)
        {
            var result = Command.Shell($"{sensor.Deeds.Path} open {path} & echo $!; wait $!");
            var pid = result.Output.Trim();
            var alert = sensor.Expect(LiveSensor.Opened, a => a["proc.pid"] == pid && a["fd.name"] == path);
            Assert.Equal(("deeds", $"deeds open {path}", "bash", $"{result.Pid}", "root"), (alert["proc.name"], alert["proc.cmdline"], alert["proc.pname"], alert["proc.ppid"], alert["user.name"]));
        }
    }

    [Fact]
    public void AForkWithoutAnExec()
    {
        var path = sensor.Folder.Write("fork", "");
        var result = sensor.Deeds.Do("fork-open", path).Succeeded();
        var child = result.Output.Trim();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal((child, $"{result.Pid}", "deeds", "deeds", $"deeds fork-open {path}", sensor.Deeds.Path),
            (alert["proc.pid"], alert["proc.ppid"], alert["proc.name"], alert["proc.pname"], alert["proc.cmdline"], alert["proc.exepath"]));
    }

    [Fact]
    public void AThreadOfItsOwnName()
    {
        var path = sensor.Folder.Write("thread", "");
        var result = sensor.Deeds.Do("thread-open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal(($"{result.Pid}", result.Output.Trim(), $"{sensor.Deeds.Path}"), (alert["proc.pid"], alert["thread.tid"], alert["proc.exepath"]));
        Assert.Contains($"thread-open {path}", alert["proc.cmdline"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open", "x/y/../y/./file", null)]
    [InlineData("openat", "../y/./file", "x/y")]
    [InlineData("fchdir-open", "../y/file", "x/y")]
    public void RelativePathsBecomeAbsolute(string deed, string name, string? folder)
    {
        var path = sensor.Folder.Write("x/y/file", "");
        var arguments = folder is null ? new[] { deed, name } : [deed, Path.Combine(sensor.Folder.Path, folder), name];
        var result = Command.RunIn(sensor.Folder.Path, sensor.Deeds.Path, arguments).Succeeded();
        var alert = sensor.Expect(LiveSensor.Opened, a => a["proc.pid"] == $"{result.Pid}" && a["fd.type"] == "file");
        Assert.Equal((path, name), (alert["fd.name"], alert["fd.nameraw"]));
    }

    [Fact]
    public void ALinkKeepsTheNameThatWasGiven()
    {
        var target = sensor.Folder.Write("target", "");
        var link = Path.Combine(sensor.Folder.Path, "a-link");
        File.CreateSymbolicLink(link, target);
        var result = sensor.Deeds.Do("open", link).Succeeded();
        var alert = sensor.Expect(LiveSensor.Opened, a => a["proc.pid"] == $"{result.Pid}");
        // The reference shows the path that was asked for; what the kernel resolved stays the same file.
        Assert.Contains(alert["fd.name"], new[] { link, target });
    }

    [Fact]
    public void ANameOf255Bytes()
    {
        var path = sensor.Folder.Write(new string('n', 255), "");
        var result = sensor.Deeds.Do("open", path).Succeeded();
        Assert.Equal(path, sensor.Expect(LiveSensor.Opened, a => a["proc.pid"] == $"{result.Pid}")["fd.name"]);
    }

    [Fact]
    public void ANameThatIsNotUtf8()
    {
        var folder = sensor.Folder.Write("odd/keep", "");
        byte[] path = [.. Encoding.UTF8.GetBytes(Path.GetDirectoryName(folder)!), (byte)'/', 0xff, 0xfe, (byte)'x'];
        Command.Run("/bin/bash", "-c", $"printf x > \"$(printf '{Path.GetDirectoryName(folder)}/\\xff\\xfex')\"").Succeeded();
        var result = sensor.Deeds.Do("open-hex", Convert.ToHexString(path)).Succeeded();
        var alert = sensor.Expect(LiveSensor.Opened, a => a["proc.pid"] == $"{result.Pid}");
        Assert.StartsWith(Path.GetDirectoryName(folder) + "/", alert["fd.name"], StringComparison.Ordinal);
        Assert.EndsWith("x", alert["fd.name"], StringComparison.Ordinal);
    }

    [Fact]
    public void AProgramNameThatIsNotUtf8DoesNotBreakTheLine()
    {
        var marker = $"{LiveSensor.Tag}-odd-name";
        Command.Run("/bin/bash", "-c", $"cd {sensor.Deeds.Folder}; n=$(printf 'b\\xffd\"\\\\n'); cp deeds \"$n\"; \"./$n\" nothing {marker}; rm \"$n\"").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {marker}");
        Assert.Equal("bash", alert["proc.pname"]);
    }

    [Fact]
    public void ACommandLineOf32Kilobytes()
    {
        var argument = new string('a', 16 * 1024);
        var result = Command.Run(sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-long", argument, argument, "the-end").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.pid"] == $"{result.Pid}");
        Assert.StartsWith($"deeds nothing {LiveSensor.Tag}-long " + argument[..3000], alert["proc.cmdline"], StringComparison.Ordinal);
        Assert.True(alert["proc.cmdline"]!.Length > 4000, $"only {alert["proc.cmdline"]!.Length} bytes of the command line came");
    }

    [Fact]
    public void AVforkAndAnExecAtADescriptor()
    {
        sensor.Deeds.Do("vfork", sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-vfork").Succeeded();
        Assert.Equal(("deeds", "deeds"), Names(sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-vfork")));
        var named = sensor.Deeds.Named("at-program");
        sensor.Deeds.Do("exec-at", sensor.Deeds.Folder, "at-program", "nothing", $"{LiveSensor.Tag}-execveat").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-execveat");
        Assert.Equal(named, alert["proc.exepath"]);
    }

    [Fact]
    public void AnotherUserWithAndWithoutAnExec()
    {
        var path = sensor.Folder.Write("another-user", "");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        sensor.Deeds.Do("setuid-open", "65534", path).Succeeded();
        Assert.Equal(("nobody", "65534"), User(sensor.ExpectOpened(path)));
        sensor.Deeds.Do("as", "65534", "65534", sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-nobody").Succeeded();
        Assert.Equal(("nobody", "65534"), User(sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-nobody")));
    }

    [Fact]
    public void AProcessThatRenamesItself()
    {
        var path = sensor.Folder.Write("renamed", "");
        sensor.Deeds.Do("named-open", "new name", path).Succeeded();
        Assert.Equal("new name", sensor.ExpectOpened(path)["proc.name"]);
    }

    [Fact]
    public void AnOrphanStillHasAParent()
    {
        var path = sensor.Folder.Write("orphan", "");
        sensor.Deeds.Do("orphan-open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal("deeds", alert["proc.name"]);
        Assert.NotEqual("deeds", alert["proc.pname"]);
    }

    [Fact]
    public void TheFirstProcessOfAPidNamespace()
    {
        sensor.Deeds.Do("clone-pidns", sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-pidns").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-pidns");
        // A pid namespace alone is no container.
        Assert.Equal(("1", "host"), (alert["proc.vpid"], alert["container.id"]));
        Assert.NotEqual("1", alert["proc.pid"]);
    }

    [Fact]
    public void AncestorsAreToldInOrder()
    {
        var (one, two, three) = (sensor.Deeds.Named("ancestor-one"), sensor.Deeds.Named("ancestor-two"), sensor.Deeds.Named("ancestor-three"));
        Command.Run(one, "vfork", two, "vfork", three, "vfork", sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-ancestors").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"nothing {LiveSensor.Tag}-ancestors");
        Assert.Equal(("ancestor-three", "ancestor-two", "ancestor-one"), (alert["proc.pname"], alert["proc.aname[2]"], alert["proc.aname[3]"]));
    }

    [Fact]
    public void ProcessesThatRanBeforeTheSensorAreKnown()
    {
        // The shell of the machine that started the tests was there before the sensor: it must be an ancestor by name.
        var result = sensor.Deeds.Do("nothing", $"{LiveSensor.Tag}-before").Succeeded();
        var alert = sensor.Expect(LiveSensor.Started, a => a["proc.pid"] == $"{result.Pid}");
        Assert.Equal($"{Environment.ProcessId}", alert["proc.ppid"]);
        Assert.Equal(File.ReadAllText("/proc/self/comm").Trim(), alert["proc.pname"]);
    }

    private static (string? Name, string? Parent) Names(Alert alert) => (alert["proc.name"], alert["proc.pname"]);

    private static (string? Name, string? Uid) User(Alert alert) => (alert["user.name"], alert["user.uid"]);
}
