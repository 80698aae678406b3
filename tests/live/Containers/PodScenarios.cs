using System.Text.Json.Nodes;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Containers;

/// <summary>What only pods have, with real ones that were made over the CRI as a kubelet makes them.</summary>
[Collection(EngineCollection.Name)]
public sealed class PodScenarios(EngineFixture engines)
{
    [Fact]
    public void TheAlertNamesThePod()
    {
        var word = EngineFixture.NewName();
        var wish = new ContainerWish(word, "deeds", "nothing", word);
        var id = engines.Cri.Run(wish);
        try
        {
            var (sandbox, uid) = engines.Cri.Pod(id);
            var alert = Expect(word);
            Assert.Equal((CriEngine.PodOf(wish), CriEngine.Namespace, uid, uid), (alert["k8s.pod.name"], alert["k8s.ns.name"], alert["k8s.pod.uid"], alert["k8s.pod.id"]));
            Assert.Equal((sandbox, sandbox[..12]), (alert["k8s.pod.full_sandbox_id"], alert["k8s.pod.sandbox_id"]));
            Assert.Equal((word, "true"), (alert["k8s.pod.label[app]"], alert["container.host_network"]!.ToLowerInvariant()));
            Assert.Contains($"app:{word}", alert["k8s.pod.labels"], StringComparison.Ordinal);
        }
        finally
        {
            engines.Cri.Remove(id);
        }
    }

    [Fact]
    public void APodFromBeforeTheSensorIsNamedToo()
    {
        var (_, wish, id) = engines.Earlier[engines.Cri];
        var word = EngineFixture.NewName();
        engines.Cri.Exec(id, 0, "deeds", "nothing", word).Succeeded();
        var alert = Expect(word);
        Assert.Equal((CriEngine.PodOf(wish), CriEngine.Namespace, engines.Cri.Pod(id).Sandbox), (alert["k8s.pod.name"], alert["k8s.ns.name"], alert["k8s.pod.full_sandbox_id"]));
    }

    /// <summary>The sandbox's own program is told apart from the container's.</summary>
    [Fact]
    public void TheProgramThatHoldsThePodIsOfTheSandbox()
    {
        var (_, wish, id) = engines.Earlier[engines.Cri];
        var sandbox = engines.Cri.Pod(id).Sandbox;
        var word = EngineFixture.NewName();
        // In the sandbox's own control group: containerd knows it as a container like others.
        engines.Cri.Containerd.Exec(sandbox, 0, "deeds", "nothing", word).Succeeded();
        var alert = Expect(word);
        Assert.Equal((sandbox, CriEngine.PodOf(wish), sandbox), (alert["container.full_id"], alert["k8s.pod.name"], alert["k8s.pod.full_sandbox_id"]));
    }

    [Fact]
    public void ProbesOfTheKubeletAreKnownAsSuch()
    {
        var word = EngineFixture.NewName();
        string[] alive = ["sh", "-c", $"deeds nothing {word}-alive; true"];
        string[] ready = ["deeds", "nothing", $"{word}-ready"];
        var specification = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject { ["name"] = word, ["livenessProbe"] = Probe(alive), ["readinessProbe"] = Probe(ready) }),
            },
        };
        var annotations = new Dictionary<string, string> { ["kubectl.kubernetes.io/last-applied-configuration"] = specification.ToJsonString() };
        var id = engines.Cri.RunPod(new ContainerWish(word, "sleep", "300"), annotations);
        try
        {
            engines.Cri.Probe(id, alive);
            engines.Cri.Probe(id, ready);
            engines.Cri.Exec(id, 0, "deeds", "nothing", $"{word}-other").Succeeded();
            // The probe's shell, what it starts, the other probe, and what is none.
            Check(Expect($"{word}-alive", "sh"), string.Join(' ', alive), string.Join(' ', ready), isAlive: true, isReady: false);
            Check(Expect($"{word}-alive", "deeds"), string.Join(' ', alive), string.Join(' ', ready), isAlive: true, isReady: false);
            Check(Expect($"{word}-ready", "deeds"), string.Join(' ', alive), string.Join(' ', ready), isAlive: false, isReady: true);
            Check(Expect($"{word}-other", "deeds"), string.Join(' ', alive), string.Join(' ', ready), isAlive: false, isReady: false);
        }
        finally
        {
            engines.Cri.Remove(id);
        }
    }

    private static JsonObject Probe(string[] command) => new() { ["exec"] = new JsonObject { ["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]) } };

    private static void Check(Alert alert, string alive, string ready, bool isAlive, bool isReady)
    {
        Assert.Equal((alive, ready), (alert["container.liveness_probe"], alert["container.readiness_probe"]));
        Assert.Equal((isAlive, isReady, false), (Is(alert, "liveness_probe"), Is(alert, "readiness_probe"), Is(alert, "healthcheck")));
    }

    private static bool Is(Alert alert, string probe) => bool.Parse(alert["proc.is_container_" + probe]!);

    private Alert Expect(string word, string program = "deeds") => engines.Sensor.Expect(EngineFixture.Started, a => a["proc.name"] == program && LiveSensor.Speaks(a, word));
}
