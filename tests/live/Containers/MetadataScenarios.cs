using System.Globalization;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Containers;

/// <summary>The first alert about a container says what it is, whenever the container began and however short it lived. The same for every engine.</summary>
public abstract class MetadataScenarios(EngineFixture engines, IEngineWithApi engine)
{
    [Fact]
    public void AContainerFromBeforeTheSensor()
    {
        var word = EngineFixture.NewName();
        engine.Exec(engines.Earlier[engine].Id, 0, "deeds", "nothing", word).Succeeded();
        Check(Alert(word), engines.Earlier[engine]);
    }

    [Fact]
    public void AContainerThatStartsWhileTheSensorRuns()
    {
        var word = EngineFixture.NewName();
        With(new ContainerWish(word, "sh", "-c", $"deeds nothing {word}; sleep 300"), made =>
        {
            Check(engines.Sensor.Expect(EngineFixture.Started, a => a["proc.name"] == "sh" && LiveSensor.Speaks(a, word)), made);
            Check(engines.Sensor.Expect(EngineFixture.Started, a => a["proc.name"] == "deeds" && LiveSensor.Speaks(a, word)), made);
        });
    }

    [Fact]
    public void AContainerThatLivesForAMoment()
    {
        var word = EngineFixture.NewName();
        With(new ContainerWish(word, "deeds", "nothing", word), made => Check(Alert(word), made));
    }

    [Fact]
    public void AContainerThatIsForgottenAtOnce()
    {
        Assert.SkipUnless(engine.ForgetsAtEnd, "this engine keeps a container until it is told");
        var word = EngineFixture.NewName();
        var wish = new ContainerWish(word, "deeds", "nothing", word) { ForgetAtEnd = true };
        var id = engine.Run(wish);
        // The engine may know nothing of it any more; what it left on disk, or told by itself, must do.
        var alert = Alert(word);
        Assert.Equal((id, wish.Name, engine.Image, "false"), (alert["container.full_id"], alert["container.name"], alert["container.image"], Lower(alert["container.privileged"])));
    }

    [Fact]
    public void APrivilegedContainer()
    {
        Assert.SkipUnless(engine.MakesPrivileged, "root has not every capability here");
        var word = EngineFixture.NewName();
        With(new ContainerWish(word, "deeds", "nothing", word) { Privileged = true }, made =>
        {
            Check(Alert(word), made);
            Check(engines.Sensor.Expect(EngineFixture.Privileged, a => LiveSensor.Speaks(a, word)), made);
        });
    }

    [Fact]
    public void TheHostsProcessesBesideItAreTheHosts()
    {
        var word = EngineFixture.NewName();
        With(new ContainerWish(word, "sleep", "300"), _ =>
        {
            engines.Deeds.Do("nothing", word + "-host").Succeeded();
            var alert = engines.Sensor.Expect(EngineFixture.OnTheHost, a => a["proc.name"] == "deeds" && LiveSensor.Speaks(a, word));
            Assert.Equal(("host", "host", "host", "host"), (alert["container.id"], alert["container.name"], alert["container.type"], alert["container.lookup"]));
            Assert.Equal((null, null, null), (alert["container.image"], alert["container.privileged"], alert["k8s.pod.name"]));
        });
    }

    /// <summary>What every engine tells of each of its containers.</summary>
    private static void Check(Alert alert, MadeContainer made)
    {
        CheckIdentity(alert, made);
        Assert.Equal((made.Wish.Name, "answered"), (alert[$"container.label[{ContainerWish.Label}]"], alert["container.lookup"]));
        Assert.Equal(("false", "false"), (Lower(alert["container.host_pid"]), Lower(alert["container.host_ipc"])));
        Assert.Contains($"{ContainerWish.Label}:{made.Wish.Name}", alert["container.labels"], StringComparison.Ordinal);
        Assert.True(long.Parse(alert["container.start_ts"]!, CultureInfo.InvariantCulture) > 0 && long.Parse(alert["container.duration"]!, CultureInfo.InvariantCulture) >= 0, $"{alert}");
    }

    /// <summary>What is known of a container even where its engine has no time for questions.</summary>
    internal static void CheckIdentity(Alert alert, MadeContainer made)
    {
        var (engine, wish, id) = made;
        Assert.Equal((id[..12], id, engine.NameOf(wish, id), engine.Type), (alert["container.id"], alert["container.full_id"], alert["container.name"], alert["container.type"]));
        Assert.Equal((engine.Image, engine.Image.Split(':')[0], engine.Image.Split(':')[1]), (alert["container.image"], alert["container.image.repository"], alert["container.image.tag"]));
        Assert.Equal(wish.Privileged ? "true" : "false", Lower(alert["container.privileged"]));
    }

    private static string? Lower(string? truth) => truth?.ToLowerInvariant();

    private Alert Alert(string word) => engines.Sensor.Expect(EngineFixture.Started, a => a["proc.name"] == "deeds" && LiveSensor.Speaks(a, word));

    private void With(ContainerWish wish, Action<MadeContainer> look)
    {
        var made = new MadeContainer(engine, wish, engine.Run(wish));
        try
        {
            look(made);
        }
        finally
        {
            engine.Remove(made.Id);
        }
    }
}

[Collection(EngineCollection.Name)]
public sealed class PodmanMetadata(EngineFixture engines) : MetadataScenarios(engines, engines.Podman);

[Collection(EngineCollection.Name)]
public sealed class DockerMetadata(EngineFixture engines) : MetadataScenarios(engines, engines.Docker);

[Collection(EngineCollection.Name)]
public sealed class ContainerdMetadata(EngineFixture engines) : MetadataScenarios(engines, engines.Containerd);

[Collection(EngineCollection.Name)]
public sealed class PodMetadata(EngineFixture engines) : MetadataScenarios(engines, engines.Cri);
