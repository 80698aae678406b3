using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Rules that name hosts. The sensor gets a hosts file of its own, in a mount namespace of its own; nobody is asked over the network.</summary>
[Collection(LiveCollection.Name)]
public sealed class HostNameScenarios(LiveSensor shared, EngineOf<RuncEngine> engine) : IClassFixture<EngineOf<RuncEngine>>
{
    private const string Rule = "Contact K8S API Server From Container";
    private const string Server = "198.51.100.10";

    [Fact]
    public void AContainerThatConnectsToAHostByItsAddress()
    {
        using var folder = new LiveFolder();
        var hosts = folder.Write("hosts", $"127.0.0.1 localhost\n{Server} kubernetes.default.svc.cluster.local\n");
        using var sensor = SensorProcess.StartBy("/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", hosts, Repository.Sensor,
            "-c", folder.Write("config.yaml", LiveSensor.Configuration(Repository.Rules)));
        sensor.WaitUntilItWatches(() => Command.Shell("cat /etc/shadow > /dev/null"), alert => alert.Rule == "Read sensitive file untrusted");
        var runc = engine.Get(shared);
        var id = runc.Start(terminal: false, "sleep", "300");
        try
        {
            Connect(runc, id, "198.51.100.11");
            Connect(runc, id, Server);
            var alert = sensor.Expect(Rule, a => a["container.id"] == id);
            Assert.Equal((Server, "443", "busybox"), (alert["fd.sip"], alert["fd.sport"], alert["proc.name"]));
            Assert.All(sensor.Alerts(a => a.Rule == Rule), a => Assert.Equal(Server, a["fd.sip"]));
        }
        finally
        {
            runc.Remove(id);
        }
        Assert.Equal(0, sensor.Stop());
    }

    /// <summary>A server and its client in the container, on an address that its loopback gets for it.</summary>
    private static void Connect(RuncEngine runc, string id, string address)
    {
        Command.Run("nsenter", $"--net=/proc/{runc.Pid(id)}/ns/net", "ip", "addr", "add", address, "dev", "lo").Succeeded();
        runc.Exec(id, 0, "sh", "-c", $"busybox nc -l -p 443 > /dev/null & i=0; until busybox nc {address} 443 < /dev/null || [ $i = 50 ]; do i=$((i + 1)); sleep 0.1; done; [ $i != 50 ]").Succeeded();
    }
}
