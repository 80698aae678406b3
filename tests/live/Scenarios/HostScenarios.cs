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
        Command.Shell("cat /etc/shadow > /dev/null");
        var alert = sensor.Expect("Read sensitive file untrusted", a => a["proc.cmdline"] == "cat /etc/shadow");
        Assert.Equal(("/etc/shadow", "cat", "file"), (alert["fd.name"], alert["proc.name"], alert["fd.type"]));
        AssertHost(alert);
    }

    [Fact]
    public void AccountDataReadOverAClimbingPath()
    {
        Command.RunIn("/usr/lib", "/bin/cat", "../../etc/../etc/shadow");
        var alert = sensor.Expect("Directory traversal monitored file read", a => a["proc.cmdline"] == "cat ../../etc/../etc/shadow");
        Assert.Equal(("/etc/shadow", "../../etc/../etc/shadow"), (alert["fd.name"], alert["fd.nameraw"]));
    }

    [Fact]
    public void AFileWrittenBelowEtc()
    {
        const string Path = "/etc/peregrine-live-test.conf";
        try
        {
            Command.Shell($"echo x | tee {Path}");
            var alert = sensor.Expect("Write below etc", a => a["fd.name"] == Path);
            Assert.Equal(("tee", $"tee {Path}", "ERROR"), (alert["proc.name"], alert["proc.cmdline"], alert.Priority.ToUpperInvariant()));
            AssertHost(alert);
        }
        finally
        {
            File.Delete(Path);
        }
    }

    [Fact]
    public void ARegularFileCreatedBelowDev()
    {
        const string Path = "/dev/peregrine-live-test";
        try
        {
            Command.Shell($"cp /etc/hostname {Path}");
            var alert = sensor.Expect("Create files below dev", a => a["fd.name"] == Path);
            Assert.Equal("cp", alert["proc.name"]);
            AssertHost(alert);
        }
        finally
        {
            File.Delete(Path);
        }
    }

    [Fact]
    public void AMinersCommandLine()
    {
        Command.Shell("/bin/echo --url stratum+tcp://pool.live-test:3333");
        var alert = sensor.Expect("Detect crypto miners using the Stratum protocol", a => a["proc.name"] == "echo");
        Assert.Equal("echo --url stratum+tcp://pool.live-test:3333", alert["proc.cmdline"]);
        AssertHost(alert);
    }

    [Fact]
    public void AWebServerThatStartsAShell()
    {
        var nginx = Path.Combine(sensor.Deeds.Folder, "nginx");
        File.Copy("/bin/bash", nginx, overwrite: true);
        Command.Run(nginx, "-c", "sh -c 'echo live-test-web; true'; true");
        var alert = sensor.Expect("Run shell untrusted", a => a["proc.cmdline"]?.Contains("live-test-web", StringComparison.Ordinal) ?? false);
        Assert.Equal(("sh", "nginx"), (alert["proc.name"], alert["proc.pname"]));
    }

    [Fact]
    public void AProgramThatRunsFromMemory()
    {
        sensor.Deeds.Do("exec-memfd", "ghost", sensor.Deeds.Path, "nothing", "live-test-ghost").Succeeded();
        var alert = sensor.Expect("Fileless execution via memfd_create", "live-test-ghost");
        Assert.Equal(("true", "memfd:ghost"), (alert["proc.is_exe_from_memfd"]?.ToLowerInvariant(), alert["proc.exepath"]));
    }

    [Fact]
    public void AProgramThatRunsFromSharedMemory()
    {
        const string Path = "/dev/shm/peregrine-live-test";
        try
        {
            File.Copy(sensor.Deeds.Path, Path, overwrite: true);
            Command.Shell($"{Path} nothing live-test-shm");
            var alert = sensor.Expect("Execution from /dev/shm", a => a["proc.exepath"] == Path);
            Assert.Equal(("bash", "peregrine-live-"), (alert["proc.pname"], alert["proc.name"]));
        }
        finally
        {
            File.Delete(Path);
        }
    }

    [Fact]
    public void LinksOverAccountData()
    {
        var soft = Path.Combine(sensor.Folder.Path, "soft");
        const string Hard = "/etc/peregrine-live-test-link";
        try
        {
            Command.Shell($"ln -s /etc/shadow {soft}; ln /etc/shadow {Hard}");
            Assert.Equal($"ln -s /etc/shadow {soft}", sensor.Expect("Create Symlink Over Sensitive Files", soft)["proc.cmdline"]);
            Assert.Equal($"ln /etc/shadow {Hard}", sensor.Expect("Create Hardlink Over Sensitive Files", Hard)["proc.cmdline"]);
        }
        finally
        {
            File.Delete(soft);
            File.Delete(Hard);
        }
    }

    [Fact]
    public void ALogThatIsEmptied()
    {
        const string Path = "/var/log/peregrine-live-test.log";
        try
        {
            File.WriteAllText(Path, "something happened\n");
            Command.Shell($": > {Path}");
            var alert = sensor.Expect("Clear Log Activities", a => a["fd.name"] == Path && a["proc.name"] == "bash");
            AssertUser(alert);
        }
        finally
        {
            File.Delete(Path);
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
