using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;
using Xunit;

namespace Peregrine.LiveTests.Containers;

/// <summary>A container that a test had made.</summary>
/// <param name="Engine">Who made it.</param>
/// <param name="Wish">As what.</param>
/// <param name="Id">The whole id.</param>
public sealed record MadeContainer(IEngineWithApi Engine, ContainerWish Wish, string Id);

/// <summary>
/// All engines at once, one container of each, and then a sensor that asks them over their sockets: configured by the plugin <c>container</c> as people have it in their files. Its alerts carry all that
/// is known of containers and processes.
/// </summary>
public sealed class EngineFixture : IDisposable
{
    public const string Started = "Live test, program in a container";
    public const string Privileged = "Live test, program in a privileged container";
    public const string OnTheHost = "Live test, program on the host";

    private readonly LiveFolder _folder = new("engines");
    private readonly PodmanEngine? _podman;
    private readonly DockerEngine? _docker;
    private readonly CriEngine? _cri;

    public EngineFixture()
    {
        Assert.SkipUnless(Environment.UserName == "root", "the sensor needs root");
        try
        {
            Deeds = new DeedProgram(Path.Combine(_folder.Path, "bin"));
            var image = new RootFileSystem(_folder.Path, Deeds.Path);
            _podman = new PodmanEngine(image);
            _podman.Serve();
            _docker = new DockerEngine(image);
            _cri = new CriEngine(image, Deeds.Path);
            foreach (var engine in All)
            {
                var wish = new ContainerWish(NewName(), "sleep", "3600");
                Earlier[engine] = new MadeContainer(engine, wish, engine.Run(wish));
            }
            var rules = _folder.Write("rules.yaml", Rules);
            Metrics = new MetricsPage();
            Sensor = SensorProcess.Start("-c", _folder.Write("sensor.yaml", LiveSensor.Configuration(Fields, [rules]) + Metrics.Configuration + Plugin()));
            Sensor.WaitUntilItWatches(() => Deeds.Do("nothing", $"{Tag}-ready"), alert => alert.Rule == OnTheHost);
        }
        catch
        {
            // xunit does not dispose of a fixture that could not be made.
            Dispose();
            throw;
        }
    }

    /// <summary>A word of this run.</summary>
    public static string Tag { get; } = $"engines-{Environment.ProcessId}";

    public DeedProgram Deeds { get; } = null!;

    public SensorProcess Sensor { get; } = null!;

    /// <summary>The sensor's own figures.</summary>
    public MetricsPage Metrics { get; } = null!;

    public IEngineWithApi Podman => _podman!;

    public IEngineWithApi Docker => _docker!;

    public CriEngine Cri => _cri!;

    public IEngineWithApi Containerd => _cri!.Containerd;

    public IReadOnlyList<IEngineWithApi> All => [Podman, Docker, Containerd, Cri];

    /// <summary>The containers that ran before the sensor did.</summary>
    public Dictionary<IEngineWithApi, MadeContainer> Earlier { get; } = [];

    public static string NewName() => $"{Tag}-{Guid.NewGuid():N}";

    public void Dispose()
    {
        if (Sensor is { HasExited: false }) Sensor.Stop();
        Sensor?.Dispose();
        foreach (var made in Earlier.Values) made.Engine.Remove(made.Id);
        _cri?.Dispose();
        _docker?.Dispose();
        _podman?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Every value that an alert of these tests may be asked for.</summary>
    private static IReadOnlyList<string> Fields { get; } =
    [
        "container.id", "container.full_id", "container.name", "container.type", "container.image", "container.image.id", "container.image.repository", "container.image.tag", "container.image.digest",
        "container.privileged", "container.mounts", "container.labels", $"container.label[{ContainerWish.Label}]", "container.host_pid", "container.host_network", "container.host_ipc", "container.user",
        "container.start_ts", "container.duration", "container.lookup", "container.liveness_probe", "container.readiness_probe", "container.healthcheck",
        "proc.is_container_healthcheck", "proc.is_container_liveness_probe", "proc.is_container_readiness_probe",
        "k8s.pod.name", "k8s.ns.name", "k8s.pod.uid", "k8s.pod.id", "k8s.pod.sandbox_id", "k8s.pod.full_sandbox_id", "k8s.pod.labels", "k8s.pod.label[app]",
        "proc.name", "proc.exeline", "proc.cmdline", "proc.pid", "proc.vpid", "user.name", "user.uid", "group.name", "group.gid",
    ];

    private static string Rules => $"""
        - rule: {Started}
          desc: A program was started in a container by a test, which says so in its arguments.
          condition: evt.type in (execve, execveat) and evt.rawres = 0 and container.id != host and proc.cmdline contains {Tag}
          output: started %proc.cmdline in %container.name
          priority: DEBUG
        - rule: {Privileged}
          desc: The same, in a container that may do everything; the condition itself waits for the answer.
          condition: evt.type in (execve, execveat) and evt.rawres = 0 and container.privileged = true and proc.cmdline contains {Tag}
          output: started %proc.cmdline
          priority: DEBUG
        - rule: {OnTheHost}
          desc: A program was started outside of containers.
          condition: evt.type in (execve, execveat) and evt.rawres = 0 and container.id = host and proc.cmdline contains {Tag}
          output: started %proc.cmdline
          priority: DEBUG

        """;

    /// <summary>With every key that the plugin has. Alerts wait for as long as an engine may need on a machine that is busy with many containers.</summary>
    private string Plugin() => $$"""
        container_metadata: {alert_hold_ms: 20000, request_timeout_ms: 20000}
        load_plugins: [container]
        plugins:
          - name: container
            library_path: libcontainer.so
            init_config:
              label_max_len: 100
              with_size: false
              hooks: ['create', 'start']
              engines:
                docker: {enabled: true, sockets: ['{{Docker.Socket}}']}
                podman: {enabled: true, sockets: ['{{Podman.Socket}}']}
                containerd: {enabled: true, sockets: ['{{Containerd.Socket}}']}
                cri: {enabled: true, sockets: ['{{Cri.Socket}}']}
                lxc: {enabled: true}
                libvirt_lxc: {enabled: true}
                bpm: {enabled: true}
                static: {enabled: false, container_id: '', container_name: '', container_image: ''}

        """;
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EngineCollection : ICollectionFixture<EngineFixture>
{
    public const string Name = "engines";
}
