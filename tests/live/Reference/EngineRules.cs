using Peregrine.LiveTests.Engines;
using Xunit;

namespace Peregrine.LiveTests.Reference;

/// <summary>Rules about containers, with those that engines make: what starts in one, what comes in by the engine's own exec, what one is allowed to do.</summary>
public abstract class EngineRules(RuleSensor sensor, Func<RuleSensor, IContainerEngine> make) : IDisposable
{
    /// <summary>Whether the engine refuses to make a privileged container when a capability is missing here.</summary>
    protected virtual bool WantsEveryCapability => false;

    private readonly IContainerEngine _engine = make(sensor);

    [Fact]
    public void WhatHappensInAContainer()
    {
        var id = _engine.Start(terminal: false, "sleep", "300");
        Expect("Container Run as Root User", id, "proc.cmdline", "sleep 300");
        _engine.Exec(id, 0, "nmap", "nothing").Succeeded();
        Expect("Launch Suspicious Network Tool in Container", id, "proc.name", "nmap");
        _engine.Exec(id, 0, "cat", "/etc/shadow").Succeeded();
        Expect("Read sensitive file untrusted", id, "fd.name", "/etc/shadow");
        _engine.Exec(id, 0, "cp", "/bin/deeds", "/tmp/dropped").Succeeded();
        _engine.Exec(id, 0, "/tmp/dropped", "nothing").Succeeded();
        Expect("Drop and execute new binary in container", id, "proc.exepath", "/tmp/dropped");
        _engine.Exec(id, 0, "deeds", "stream", "dup2", "1").Succeeded();
        Expect("Redirect STDOUT/STDIN to Network Connection in Container", id, "proc.cmdline", "deeds stream dup2 1");
        _engine.Exec(id, 0, "cat", "/proc/1/environ").Succeeded();
        Expect("Read environment variable from /proc files", id, "fd.name", "/proc/1/environ");
        _engine.ExecTerminal(id, "sh", "-c", "sleep 0.1; true").Succeeded();
        Assert.NotEqual("0", Expect("Terminal shell in container", id, "proc.name", "sh")["proc.tty"]);
        Assert.DoesNotContain(sensor.Sensor.Alerts(a => a.Rule is "Launch Privileged Container" or "Launch Excessively Capable Container"), a => a["container.id"] == id);
        _engine.Remove(id);
    }

    [Fact]
    public void APrivilegedContainer()
    {
        Assert.SkipWhen(WantsEveryCapability && !RuleContainers.HasEveryCapability, "root has not every capability here");
        var id = _engine.StartPrivileged("sleep", "300");
        Expect("Launch Privileged Container", id, "proc.cmdline", "sleep 300");
        Expect("Launch Excessively Capable Container", id, "proc.vpid", "1");
        _engine.Exec(id, 0, "debugfs", "nothing").Succeeded();
        Expect("Debugfs Launched in Privileged Container", id, "proc.name", "debugfs");
        _engine.Exec(id, 0, "mount", "nothing", "/mnt");
        Expect("Mount Launched in Privileged Container", id, "proc.cmdline", "mount nothing /mnt");
        _engine.Exec(id, 0, "deeds", "module", "init").Succeeded();
        Expect("Linux Kernel Module Injection Detected", id, "proc.cmdline", "deeds module init");
        _engine.Remove(id);
    }

    public void Dispose()
    {
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }

    private Harness.Alert Expect(string rule, string id, string field, string value) => sensor.Sensor.Expect(rule, a => a["container.id"] == id && a[field] == value);
}

[Collection(RuleCollection.Name)]
public sealed class PodmanRules(RuleSensor sensor) : EngineRules(sensor, static s => new PodmanEngine(s.Containers.Image));

[Collection(RuleCollection.Name)]
public sealed class DockerRules(RuleSensor sensor) : EngineRules(sensor, static s => new DockerEngine(s.Containers.Image))
{
    protected override bool WantsEveryCapability => true;
}

[Collection(RuleCollection.Name)]
public sealed class ContainerdRules(RuleSensor sensor) : EngineRules(sensor, static s => new ContainerdEngine(s.Containers.Image, s.Program.Path));
