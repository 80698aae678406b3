using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>Connections, all inside a network namespace that the test makes and that has nothing but a loopback.</summary>
[Collection(LiveCollection.Name)]
public sealed class NetworkScenarios(LiveSensor sensor)
{
    [Fact]
    public void ALocalProgramThatOpensAConnection()
    {
        var ls = sensor.Deeds.Named("ls");
        var ports = InNamespace(ls, "connect", $"{LiveSensor.Tag}-ls").Output.Trim().Split(' ');
        var alert = sensor.Expect("System procs network activity", $"{LiveSensor.Tag}-ls");
        Assert.Equal(("ls", $"127.0.0.1:{ports[0]}->127.0.0.1:{ports[1]}"), (alert["proc.name"], alert["fd.name"]));
        Assert.Equal(("ipv4", "tcp", "127.0.0.1", ports[0], "127.0.0.1", ports[1]),
            (alert["fd.type"], alert["fd.l4proto"], alert["fd.cip"], alert["fd.cport"], alert["fd.sip"], alert["fd.sport"]));
        Assert.Equal("host", alert["container.id"]);
    }

    [Fact]
    public void AShellOnAConnection()
    {
        InNamespace(sensor.Deeds.Path, "reverse-shell", "/bin/bash", "--rcfile", $"{LiveSensor.Tag}-host-reverse", "-i");
        var alert = sensor.Expect("Reverse shell", $"{LiveSensor.Tag}-host-reverse");
        Assert.Equal(("bash", "deeds", "host"), (alert["proc.name"], alert["proc.pname"], alert["container.id"]));
    }

    private static CommandResult InNamespace(string program, params string[] arguments)
        => Command.Run("/usr/bin/unshare", ["-n", "/bin/sh", "-c", "ip link set lo up && \"$@\"; exit $?", "sh", program, .. arguments]).Succeeded();
}
