using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>What somebody does on the host, and the alert that must come.</summary>
[Collection(LiveCollection.Name)]
public sealed class HostScenarios(LiveSensor sensor)
{
    [Fact]
    public void ASearchForPrivateKeys()
    {
        var pid = Command.Shell("find /root -maxdepth 1 -name id_rsa & echo $!; wait").Output.Trim().Split('\n')[0];
        var alert = sensor.Expect("Search Private Keys or Passwords", a => a["proc.pid"] == pid);
        Assert.Equal(("find", "find /root -maxdepth 1 -name id_rsa", "/usr/bin/find"), (alert["proc.name"], alert["proc.cmdline"], alert["proc.exepath"]));
        AssertHost(alert);
    }

    [Fact]
    public void AccountDataReadByCat()
    {
        var pid = Command.Shell("cat /etc/shadow > /dev/null & echo $!; wait").Output.Trim();
        var alert = sensor.Expect("Read sensitive file untrusted", a => a["proc.pid"] == pid);
        Assert.Equal("cat /etc/shadow", alert["proc.cmdline"]);
        Assert.Equal(("/etc/shadow", "cat", "file"), (alert["fd.name"], alert["proc.name"], alert["fd.type"]));
        AssertHost(alert);
    }

    [Fact]
    public void AccountDataReadOverAClimbingPath()
    {
        var pid = $"{Command.RunIn("/usr/lib", "/bin/cat", "../../etc/../etc/shadow").Pid}";
        var alert = sensor.Expect("Directory traversal monitored file read", a => a["proc.pid"] == pid);
        Assert.Equal(("/etc/shadow", "../../etc/../etc/shadow"), (alert["fd.name"], alert["fd.nameraw"]));
    }

    [Fact]
    public void AFileWrittenBelowEtc()
    {
        var path = $"/etc/peregrine-{LiveSensor.Tag}.conf";
        try
        {
            Command.Shell($"echo x | tee {path}");
            var alert = sensor.Expect("Write below etc", a => a["fd.name"] == path);
            Assert.Equal(("tee", $"tee {path}", "ERROR"), (alert["proc.name"], alert["proc.cmdline"], alert.Priority.ToUpperInvariant()));
            AssertHost(alert);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ARegularFileCreatedBelowDev()
    {
        var path = $"/dev/peregrine-{LiveSensor.Tag}";
        try
        {
            Command.Shell($"cp /etc/hostname {path}");
            var alert = sensor.Expect("Create files below dev", a => a["fd.name"] == path);
            Assert.Equal("cp", alert["proc.name"]);
            AssertHost(alert);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AMinersCommandLine()
    {
        Command.Shell($"/bin/echo --url stratum+tcp://pool.{LiveSensor.Tag}:3333");
        var alert = sensor.Expect("Detect crypto miners using the Stratum protocol", a => a["proc.name"] == "echo" && LiveSensor.Speaks(a, $"pool.{LiveSensor.Tag}"));
        Assert.Equal($"echo --url stratum+tcp://pool.{LiveSensor.Tag}:3333", alert["proc.cmdline"]);
        AssertHost(alert);
    }

    [Fact]
    public void AWebServerThatStartsAShell()
    {
        var nginx = Path.Combine(sensor.Deeds.Folder, "nginx");
        File.Copy("/bin/bash", nginx, overwrite: true);
        Command.Run(nginx, "-c", $"sh -c 'echo {LiveSensor.Tag}-web; true'; true");
        var alert = sensor.Expect("Run shell untrusted", a => a["proc.cmdline"]?.Contains($"{LiveSensor.Tag}-web", StringComparison.Ordinal) ?? false);
        Assert.Equal(("sh", "nginx"), (alert["proc.name"], alert["proc.pname"]));
    }

    [Fact]
    public void AProgramThatRunsFromMemory()
    {
        sensor.Deeds.Do("exec-memfd", "ghost", sensor.Deeds.Path, "nothing", $"{LiveSensor.Tag}-ghost").Succeeded();
        var alert = sensor.Expect("Fileless execution via memfd_create", $"{LiveSensor.Tag}-ghost");
        Assert.Equal(("true", "memfd:ghost"), (alert["proc.is_exe_from_memfd"]?.ToLowerInvariant(), alert["proc.exepath"]));
    }

    [Fact]
    public void AProgramThatRunsFromSharedMemory()
    {
        var path = $"/dev/shm/peregrine-{LiveSensor.Tag}";
        try
        {
            File.Copy(sensor.Deeds.Path, path, overwrite: true);
            Command.Shell($"{path} nothing {LiveSensor.Tag}-shm");
            var alert = sensor.Expect("Execution from /dev/shm", a => a["proc.exepath"] == path);
            Assert.Equal(("bash", "peregrine-live-"), (alert["proc.pname"], alert["proc.name"]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void LinksOverAccountData()
    {
        var soft = Path.Combine(sensor.Folder.Path, "soft");
        var hard = $"/etc/peregrine-{LiveSensor.Tag}-link";
        try
        {
            Command.Shell($"ln -s /etc/shadow {soft}; ln /etc/shadow {hard}");
            Assert.Equal($"ln -s /etc/shadow {soft}", sensor.Expect("Create Symlink Over Sensitive Files", soft)["proc.cmdline"]);
            Assert.Equal($"ln /etc/shadow {hard}", sensor.Expect("Create Hardlink Over Sensitive Files", hard)["proc.cmdline"]);
        }
        finally
        {
            File.Delete(soft);
            File.Delete(hard);
        }
    }

    [Fact]
    public void ALogThatIsEmptied()
    {
        var path = $"/var/log/peregrine-{LiveSensor.Tag}.log";
        try
        {
            File.WriteAllText(path, "something happened\n");
            Command.Shell($": > {path}");
            var alert = sensor.Expect("Clear Log Activities", a => a["fd.name"] == path && a["proc.name"] == "bash");
            AssertUser(alert);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AFileThatIsShredded()
    {
        var path = sensor.Folder.Write("to-shred", "secret");
        Command.Shell($"shred -u {path}");
        Assert.Equal($"shred -u {path}", sensor.Expect("Remove Bulk Data from Disk", path)["proc.cmdline"]);
    }

    [Fact]
    public void AProcessThatIsTakenHoldOf()
    {
        using var victim = Command.Start(null, "/bin/sleep", "60");
        var result = sensor.Deeds.Do("ptrace", $"{victim.Id}").Succeeded();
        victim.Kill();
        victim.WaitForExit();
        var alert = sensor.Expect("PTRACE attached to process", a => a["proc.pid"] == $"{result.Pid}");
        Assert.Equal($"deeds ptrace {victim.Id}", alert["proc.cmdline"]);
    }

    private static void AssertHost(Alert alert)
    {
        Assert.Equal("bash", alert["proc.pname"]);
        AssertUser(alert);
    }

    private static void AssertUser(Alert alert) => Assert.Equal(("root", "0", "host"), (alert["user.name"], alert["user.uid"], alert["container.id"]));
}
