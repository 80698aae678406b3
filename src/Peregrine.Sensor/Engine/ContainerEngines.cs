using Peregrine.Sensor.Configuration;
using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>Which marks in control groups belong to the engines that are switched off.</summary>
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

    public static IReadOnlySet<ContainerEngine> Disabled(ContainerSettings? settings)
    {
        var disabled = new HashSet<ContainerEngine>();
        foreach (var (name, kinds) in ByName)
            if (settings is not null && settings.Disabled.Contains(name)) disabled.UnionWith(kinds);
        return disabled;
    }
}
