using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Scenarios;

/// <summary>The image and the engine of one class of scenarios.</summary>
public sealed class EngineOf<T> : IDisposable
    where T : class, IContainerEngine
{
    private readonly LiveFolder _folder = new("engine");
    private T? _engine;

    public T Get(LiveSensor sensor)
    {
        if (_engine is not null) return _engine;
        var image = new RootFileSystem(_folder.Path, sensor.Deeds.Path);
        IContainerEngine engine = typeof(T) == typeof(PodmanEngine) ? new PodmanEngine(image)
            : typeof(T) == typeof(DockerEngine) ? new DockerEngine(image)
            : typeof(T) == typeof(CriEngine) ? new CriEngine(image, sensor.Deeds.Path)
            : typeof(T) == typeof(ContainerdEngine) ? new ContainerdEngine(image, sensor.Deeds.Path)
            : typeof(T) == typeof(LxcEngine) ? new LxcEngine(image, sensor.Deeds.Path)
            : typeof(T) == typeof(NspawnEngine) ? new NspawnEngine(image, sensor.Deeds.Path)
            : new RuncEngine(image, sensor.Deeds.Path);
        return _engine = (T)engine;
    }

    public void Dispose()
    {
        _engine?.Dispose();
        _folder.Dispose();
    }
}

[Collection(LiveCollection.Name)]
public sealed class PodmanScenarios(LiveSensor sensor, EngineOf<PodmanEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<PodmanEngine>>;

[Collection(LiveCollection.Name)]
public sealed class DockerScenarios(LiveSensor sensor, EngineOf<DockerEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<DockerEngine>>;

[Collection(LiveCollection.Name)]
public sealed class ContainerdScenarios(LiveSensor sensor, EngineOf<ContainerdEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<ContainerdEngine>>;

[Collection(LiveCollection.Name)]
public sealed class CriScenarios(LiveSensor sensor, EngineOf<CriEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<CriEngine>>;

[Collection(LiveCollection.Name)]
public sealed class LxcScenarios(LiveSensor sensor, EngineOf<LxcEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<LxcEngine>>;

[Collection(LiveCollection.Name)]
public sealed class NspawnScenarios(LiveSensor sensor, EngineOf<NspawnEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<NspawnEngine>>;

[Collection(LiveCollection.Name)]
public sealed class RuncScenarios(LiveSensor sensor, EngineOf<RuncEngine> engine) : ContainerScenarios(sensor, engine.Get(sensor)), IClassFixture<EngineOf<RuncEngine>>
{
    /// <summary>A plain bundle has no overlay, so nothing tells what was in it from the start.</summary>
    [Fact(Skip = "a bundle without an overlay has no upper layer")]
    public override void AProgramThatIsNoPartOfTheImage() => base.AProgramThatIsNoPartOfTheImage();
}
