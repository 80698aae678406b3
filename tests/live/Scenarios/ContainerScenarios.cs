using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>What somebody does inside a container, and the alert that must come with the right container. The same for every engine.</summary>
public abstract class ContainerScenarios(LiveSensor sensor, IContainerEngine engine)
{
    [Fact]
    public void AShellWithATerminal()
    {
        WithContainer(id =>
        {
            engine.ExecTerminal(id, "sh", "-c", $"echo {LiveSensor.Tag}-terminal; sleep 0.1").Succeeded();
            var alert = Expect("Terminal shell in container", id, $"{LiveSensor.Tag}-terminal");
            Assert.Equal("root", alert["user.name"]);
            Assert.NotEqual("0", alert["proc.tty"]);
        });
    }

    [Fact]
    public void AMountedSecretThatIsRead()
    {
        const string Token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
        WithContainer(id =>
        {
            engine.Exec(id, 0, "cat", Token).Succeeded();
            var alert = Expect("Unauthorized access to secrets", id, Token);
            Assert.Equal((Token, "cat"), (alert["fd.name"], alert["proc.name"]));
        });
    }

    [Fact]
    public virtual void AProgramThatIsNoPartOfTheImage()
    {
        WithContainer(id =>
        {
            engine.Exec(id, 0, "cp", "/bin/deeds", "/root/dropped").Succeeded();
            engine.Exec(id, 0, "/root/dropped", "nothing", $"{LiveSensor.Tag}-dropped").Succeeded();
            var alert = Expect("Drop and execute new binary in container", id, $"{LiveSensor.Tag}-dropped");
            Assert.Equal(("/root/dropped", "dropped"), (alert["proc.exepath"], alert["proc.name"]));
            // What the image holds is no such program.
            engine.Exec(id, 0, "/bin/deeds", "nothing", $"{LiveSensor.Tag}-of-the-image").Succeeded();
            Expect(LiveSensor.Started, id, $"{LiveSensor.Tag}-of-the-image");
            Assert.Empty(sensor.Process.Alerts(a => a.Rule == "Drop and execute new binary in container" && a["proc.cmdline"]!.Contains($"{LiveSensor.Tag}-of-the-image", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void AShellOnAConnection()
    {
        WithContainer(id =>
        {
            engine.Exec(id, 0, "deeds", "reverse-shell", "sh", "-i", $"{LiveSensor.Tag}-reverse");
            var alert = sensor.Expect("Redirect STDOUT/STDIN to Network Connection in Container", a => a["container.id"] == id);
            Assert.Equal("ipv4", alert["fd.type"]);
            Expect("Reverse shell", id, $"{LiveSensor.Tag}-reverse");
        });
    }

    [Fact]
    public void AUserOfTheImage()
    {
        WithContainer(id =>
        {
            // The container's files are read aside from the events: on a busy machine the first alert goes out before.
            Alert alert = null!;
            var tries = 0;
            Wait.For(() =>
            {
                var word = $"{LiveSensor.Tag}-user-{++tries}";
                engine.Exec(id, RootFileSystem.AppUser, "deeds", "nothing", word).Succeeded();
                alert = Expect(LiveSensor.Started, id, $"nothing {word}");
                Assert.Equal($"{RootFileSystem.AppUser}", alert["user.uid"]);
                return (alert["user.name"], alert["group.name"]) == ("appuser", "appgroup");
            }, () => $"the names did not become known: {alert}");
        });
    }

    [Fact]
    public void AProcessOfTheHostBesideAContainer()
    {
        WithContainer(_ =>
        {
            var result = sensor.Deeds.Do("nothing", $"{LiveSensor.Tag}-beside").Succeeded();
            Assert.Equal("host", sensor.Expect(LiveSensor.Started, a => a["proc.pid"] == $"{result.Pid}")["container.id"]);
        });
    }

    /// <summary>The alert about this container: the engine's own program on the host has the same words in its command line.</summary>
    private Alert Expect(string rule, string id, string word) => sensor.Expect(rule, a => a["container.id"] == id && LiveSensor.Speaks(a, word));

    private void WithContainer(Action<string> deed)
    {
        var id = engine.Start(terminal: false, "sleep", "300");
        try
        {
            deed(id);
        }
        finally
        {
            engine.Remove(id);
        }
    }
}
