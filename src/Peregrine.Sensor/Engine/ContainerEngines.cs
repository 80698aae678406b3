using Peregrine.Sensor.Configuration;
using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>Reads which container engines are switched off: <c>plugins: [{name: container, init_config: {engines: {docker: {enabled: false}}}}]</c>.</summary>
internal static class ContainerEngines
{
    private static readonly (string Name, ContainerEngine[] Engines)[] ByName =
    [
        ("docker", [ContainerEngine.Docker]),
        ("podman", [ContainerEngine.Podman]),
        ("containerd", [ContainerEngine.Containerd, ContainerEngine.Unknown]),
        ("cri", [ContainerEngine.Cri, ContainerEngine.Crio]),
        ("lxc", [ContainerEngine.Lxc]),
        ("libvirt_lxc", [ContainerEngine.LibvirtLxc]),
        ("bpm", [ContainerEngine.Bpm]),
    ];

    public static IReadOnlySet<ContainerEngine> Disabled(IReadOnlyList<PluginOptions> plugins)
    {
        var disabled = new HashSet<ContainerEngine>();
        if (plugins.FirstOrDefault(p => p.Name == PluginOptionsReader.Container)?.InitConfig?.Find("engines") is not { } engines) return disabled;
        foreach (var (name, kinds) in ByName)
            if (engines.Find(name)?.Find("enabled") is { } enabled && ConfigReader.ParseFlag(enabled.Text) == false) disabled.UnionWith(kinds);
        return disabled;
    }
}
