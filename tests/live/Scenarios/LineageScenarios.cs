using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Who a process is when it came to be in one of the rarer ways, and where it works.</summary>
[Collection(LiveCollection.Name)]
public sealed class LineageScenarios(LiveSensor sensor)
{
    [Fact]
    public void AChildThatBorrowsItsParentsMemory()
    {
        var path = sensor.Folder.Write("vfork-child", "");
        var result = sensor.Deeds.Do("vfork-do", "open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal((result.Output.Trim(), $"{result.Pid}", $"deeds vfork-do open {path}"), (alert["proc.pid"], alert["proc.ppid"], alert["proc.cmdline"]));
    }

    [Fact]
    public void AProgramThatWasSpawned()
    {
        var result = sensor.Deeds.Do("spawn", sensor.Deeds.Named("spawned"), "nothing", $"{LiveSensor.Tag}-spawned").Succeeded();
        var alert = ExpectStarted("nothing", "spawned");
        Assert.Equal((result.Output.Trim(), $"{result.Pid}", "spawned", "deeds"), (alert["proc.pid"], alert["proc.ppid"], alert["proc.name"], alert["proc.pname"]));
    }

    [Fact]
    public void AThreadThatIsNotTheLeaderExecutesAProgram()
    {
        var path = sensor.Folder.Write("after-exec", "");
        for (var i = 0; i < 10; i++)
        {
            var result = sensor.Deeds.Do("thread-program", sensor.Deeds.Named("replaced"), "in-thread", "open", path, $"{LiveSensor.Tag}-{i}").Succeeded();
            var started = ExpectStarted($"in-thread open {path}", $"{i}");
            var opened = sensor.Expect(LiveSensor.Opened, a => a["fd.name"] == path && a["proc.pid"] == $"{result.Pid}");
            foreach (var alert in new[] { started, opened })
                Assert.Equal(($"{result.Pid}", $"{Environment.ProcessId}", "replaced"), (alert["proc.pid"], alert["proc.ppid"], alert["proc.name"]));
            Assert.Equal($"{result.Pid}", started["thread.tid"]);
        }
    }

    [Theory]
    [InlineData("-")]
    [InlineData("u")]
    public void AProgramThatIsExecutedByItsDescriptor(string how)
    {
        var path = Path.Combine(sensor.Deeds.Folder, "by-descriptor" + how);
        File.Copy(sensor.Deeds.Path, path);
        sensor.Deeds.Do("descriptor-program", how, path, "nothing", $"{LiveSensor.Tag}-descriptor{how}").Succeeded();
        var alert = ExpectStarted("nothing", "descriptor" + how);
        Assert.Equal((path, path), (alert["proc.exepath"], alert["proc.exe"]));
    }

    [Fact]
    public void AScriptIsNamedByItsFileAndRunByItsInterpreter()
    {
        var script = sensor.Folder.Write("a-script", $"#!{sensor.Deeds.Path} nothing\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        Command.Run(script, $"{LiveSensor.Tag}-script").Succeeded();
        var alert = ExpectStarted($"nothing {script}", "script");
        Assert.Equal(("a-script", sensor.Deeds.Path, sensor.Deeds.Path), (alert["proc.name"], alert["proc.exepath"], alert["proc.exe"]));
    }

    [Fact]
    public void AProgramWhoseFileIsGone()
    {
        var path = sensor.Folder.Write("unlinked-program", "");
        var program = Path.Combine(sensor.Deeds.Folder, "soon-gone");
        File.Copy(sensor.Deeds.Path, program);
        Command.Run(program, "unlinked", "in-fork", "open", path).Succeeded();
        Assert.Equal((program, "soon-gone"), (sensor.ExpectOpened(path)["proc.exepath"], sensor.ExpectOpened(path)["proc.name"]));
    }

    [Fact]
    public void AChildThatIsItsParentsSibling()
    {
        var path = sensor.Folder.Write("sibling", "");
        var child = sensor.Deeds.Do("in-fork", "sibling", "open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal((child.Output.Trim(), $"{child.Pid}", "deeds"), (alert["proc.pid"], alert["proc.ppid"], alert["proc.pname"]));
    }

    [Fact]
    public void AnOrphanIsAdoptedByWhoAskedForIt()
    {
        var path = sensor.Folder.Write("adopted", "");
        var result = sensor.Deeds.Do("adopted", "open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal(($"{result.Pid}", "deeds"), (alert["proc.ppid"], alert["proc.pname"]));
    }

    [Fact]
    public void AThreadThatForks()
    {
        var path = sensor.Folder.Write("thread-forks", "");
        var result = sensor.Deeds.Do("in-thread", "named", "a worker", "in-fork", "open", path).Succeeded();
        var alert = sensor.ExpectOpened(path);
        Assert.Equal(($"{result.Pid}", "deeds", "a worker"), (alert["proc.ppid"], alert["proc.pname"], alert["proc.name"]));
    }

    [Fact]
    public void ANewSessionHasNoTerminal()
    {
        var (before, after) = (sensor.Folder.Write("on-terminal", ""), sensor.Folder.Write("off-terminal", ""));
        sensor.Deeds.Do("pty", sensor.Deeds.Path, "open", before).Succeeded();
        sensor.Deeds.Do("pty", sensor.Deeds.Path, "new-session", "open", after).Succeeded();
        Assert.NotEqual("0", sensor.ExpectOpened(before)["proc.tty"]);
        Assert.Equal("0", sensor.ExpectOpened(after)["proc.tty"]);
    }

    [Theory]
    [InlineData("shared-folder", "there")]
    [InlineData("left-folder", "here")]
    public void WhereRelativePathsBegin(string deed, string where)
    {
        var (here, there) = (sensor.Folder.Write($"{deed}/here/file", ""), sensor.Folder.Write($"{deed}/there/file", ""));
        var result = Command.RunIn(Path.GetDirectoryName(here), sensor.Deeds.Path, deed, Path.GetDirectoryName(there)!, "open", "file").Succeeded();
        var alert = sensor.Expect(LiveSensor.Opened, a => a["proc.pid"] == $"{result.Pid}" && a["fd.nameraw"] == "file");
        var expected = where == "here" ? here : there;
        Assert.Equal((expected, Path.GetDirectoryName(expected) + "/"), (alert["fd.name"], alert["proc.cwd"]));
    }

    [Fact]
    public void ATupleOfVersionFourInASocketOfVersionSix()
    {
        var result = Command.Run("/usr/bin/unshare", "-n", "/bin/sh", "-c", "ip link set lo up; exec \"$@\"", "sh", sensor.Deeds.Path, "with", "tcp", "::ffff:127.0.0.1", "4711", "::ffff:127.0.0.1", $"{LiveSensor.Tag}-mapped").Succeeded();
        var alert = sensor.Expect(LiveSensor.Connected, a => a["proc.pid"] == $"{result.Pid}");
        Assert.Equal(("ipv4", "127.0.0.1", "127.0.0.1", "4711"), (alert["fd.type"], alert["fd.cip"], alert["fd.sip"], alert["fd.sport"]));
    }

    private Alert ExpectStarted(string arguments, string word) => sensor.Expect(LiveSensor.Started, a => a["proc.args"] == $"{arguments} {LiveSensor.Tag}-{word}");
}
