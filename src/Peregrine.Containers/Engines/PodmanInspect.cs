using System.Text.Json;
using Peregrine.Containers.Http;
using Peregrine.Containers.Images;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>Reads podman's own description of a container, which has more than the one that it gives in Docker's form.</summary>
internal static class PodmanInspect
{
    public static ContainerDetails Read(JsonElement container, int longestLabel)
    {
        var config = container.Get("Config");
        var host = container.Get("HostConfig");
        var labels = config.Map("Labels").ToMap();
        var name = container.Text("Name").TrimStart('/');
        var image = ImageName.Parse(container.Text("ImageName"));
        List<ContainerMount> mounts = [.. container.Items("Mounts").Take(MountTexts.Limit).Select(DockerInspect.Mount)];
        var details = new ContainerDetails
        {
            Known = ContainerFacts.All & ~(ContainerFacts.PodLabels | ContainerFacts.Size),
            Engine = ContainerEngine.Podman,
            Name = Utf8.Of(name),
            Image = Utf8.Of(container.Text("ImageName")),
            ImageRepository = Utf8.Of(image.Repository),
            ImageTag = Utf8.Of(image.Tag),
            ImageId = Utf8.Of(ImageName.Digits(container.Text("Image"))),
            ImageDigest = Utf8.Of(container.Text("ImageDigest") is { Length: > 0 } digest ? digest : image.Digest),
            Privileged = host.Flag("Privileged"),
            Mounts = mounts,
            MountsText = MountTexts.Join(mounts),
            Labels = ContainerLabels.Of(labels, longestLabel),
            IsSandbox = container.Flag("IsInfra"),
            Ip = Utf8.Of(DockerInspect.Address(container.Get("NetworkSettings"))),
            HostPid = host.Text("PidMode") == "host",
            HostNetwork = host.Text("NetworkMode") == "host",
            HostIpc = host.Text("IpcMode") == "host",
            User = Utf8.Of(config.Text("User")),
            CreatedTime = container.Time("Created"),
        };
        if (container.Number("SizeRw", -1) is >= 0 and var size) details = details with { Size = size, Known = details.Known | ContainerFacts.Size };
        return DockerInspect.WithProbes(PodLabels.Apply(details, labels), config, labels, name);
    }
}
