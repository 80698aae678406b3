using Peregrine.Containers;
using Peregrine.Sensor.Configuration;
using Xunit;

namespace Peregrine.UnitTests.Sensor;

/// <summary>The plugin <c>container</c> is configured as people have it in their files, every key of it.</summary>
public sealed class ContainerOptionsTests
{
    private const string Whole = """
        label_max_len: 64
        with_size: true
        hooks: ['create']
        engines:
          docker: {enabled: true, sockets: ['/var/run/docker.sock', '/run/other.sock']}
          podman: {enabled: false, sockets: []}
          containerd: {enabled: true, sockets: ['unix:///run/c.sock']}
          cri: {enabled: true, sockets: ['/run/crio/crio.sock']}
          lxc: {enabled: false}
          libvirt_lxc: {enabled: true}
          bpm: {enabled: true}
          static: {enabled: false, container_id: '', container_name: '', container_image: ''}
        """;

    [Fact]
    public void EveryKeyIsTaken()
    {
        var settings = Read(Whole)!;
        Assert.Equal((64, true, EngineHooks.Create), (settings.Ask.LabelMaxLength, settings.Ask.WithSize, settings.Ask.Hooks));
        Assert.Equal(["/var/run/docker.sock", "/run/other.sock"], settings.Ask.Docker.Sockets);
        Assert.Equal((true, false, true, true), (settings.Ask.Docker.Enabled, settings.Ask.Podman.Enabled, settings.Ask.Containerd.Enabled, settings.Ask.Cri.Enabled));
        Assert.Equal(["lxc", "podman"], settings.Disabled.Order());
        Assert.Null(settings.Static);
    }

    /// <summary>A plugin may be given its configuration as a text in JSON too.</summary>
    [Fact]
    public void ATextInJsonIsTheSame()
    {
        var settings = Read("""'{"label_max_len": 64, "with_size": true, "hooks": ["create", "start"], "engines": {"docker": {"enabled": false, "sockets": []}}}'""")!;
        Assert.Equal((64, true, EngineHooks.Create | EngineHooks.Start, false), (settings.Ask.LabelMaxLength, settings.Ask.WithSize, settings.Ask.Hooks, settings.Ask.Docker.Enabled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("''")]
    [InlineData("{}")]
    [InlineData("{engines: {}}")]
    public void WithoutAWordEverythingIsAsked(string config)
    {
        var settings = Read(config)!;
        Assert.Equal((100, false, EngineHooks.Create | EngineHooks.Start), (settings.Ask.LabelMaxLength, settings.Ask.WithSize, settings.Ask.Hooks));
        Assert.All(new[] { settings.Ask.Docker, settings.Ask.Podman, settings.Ask.Containerd, settings.Ask.Cri }, e => Assert.Equal((true, 0), (e.Enabled, e.Sockets.Count)));
        Assert.Empty(settings.Disabled);
    }

    [Fact]
    public void AFixedContainerIsTaken() =>
        Assert.Equal(new StaticContainer("ff0011", "web", "nginx:1"), Read("engines: {static: {enabled: true, container_id: ff0011, container_name: web, container_image: 'nginx:1'}}")!.Static);

    [Theory]
    [InlineData("engines: {dokcer: {enabled: true}}", "engines: there is no 'dokcer'")]
    [InlineData("engines: {docker: {socket: /x}}", "engines.docker: there is no 'socket'")]
    [InlineData("label_max_len: many", "label_max_len")]
    [InlineData("hooks: [remove]", "'hooks' knows create and start, not 'remove'")]
    [InlineData("engines: {static: {enabled: true, container_id: x}}", "'engines.static' needs a 'container_name'")]
    [InlineData("just words", "a mapping")]
    public void AMistakeIsToldWithItsPlace(string config, string message)
    {
        var error = Assert.Throws<ConfigException>(() => Read(config));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("main.yaml", error.Message + error.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutThePluginNobodyIsAsked() => Assert.Null(ReadAll("plugins: []\n"));

    private static ContainerSettings? Read(string config)
    {
        var indented = string.Join("\n", config.Split('\n').Select(line => "      " + line));
        return ReadAll($"plugins:\n  - name: container\n    library_path: libcontainer.so\n    init_config:\n{indented}\nload_plugins: [container]\n");
    }

    private static ContainerSettings? ReadAll(string text)
    {
        var folder = Directory.CreateTempSubdirectory("peregrine-containers-");
        try
        {
            var file = Path.Combine(folder.FullName, "main.yaml");
            File.WriteAllText(file, text);
            return SensorConfigurationReader.Read(new ConfigLoader(_ => null, new ConfigSources()).Load(file, [])).Containers;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
