using System.Text;
using Peregrine.Containers.Images;
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

    /// <summary>The container that the configuration says everything runs in; null without one.</summary>
    public static ContainerEntry? Everything(ContainerSettings? settings)
    {
        if (settings?.Static is not { } single) return null;
        var id = Encoding.UTF8.GetBytes(single.Id);
        var image = ImageName.Parse(single.Image);
        var entry = new ContainerEntry { Engine = ContainerEngine.Static, FullId = id, Id = id };
        entry.Learn(
            new ContainerDetails
            {
                Known = ContainerFacts.Name | ContainerFacts.Image,
                Name = Encoding.UTF8.GetBytes(single.Name),
                Image = Encoding.UTF8.GetBytes(single.Image),
                ImageRepository = Encoding.UTF8.GetBytes(image.Repository),
                ImageTag = Encoding.UTF8.GetBytes(image.Tag),
            },
            ContainerLookup.Answered);
        return entry;
    }

    public static IReadOnlySet<ContainerEngine> Disabled(ContainerSettings? settings)
    {
        var disabled = new HashSet<ContainerEngine>();
        foreach (var (name, kinds) in ByName)
            if (settings is not null && settings.Disabled.Contains(name)) disabled.UnionWith(kinds);
        return disabled;
    }
}
