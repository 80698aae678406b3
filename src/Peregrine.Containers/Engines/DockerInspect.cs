using System.Text.Json;
using Peregrine.Containers.Http;
using Peregrine.Containers.Images;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>Reads Docker's description of a container and of its image.</summary>
internal static class DockerInspect
{
    public static ContainerDetails Read(JsonElement container, JsonElement image, int longestLabel)
    {
        var config = container.Get("Config");
        var host = container.Get("HostConfig");
        var labels = config.Map("Labels").ToMap();
        var name = container.Text("Name").TrimStart('/');
        List<ContainerMount> mounts = [.. container.Items("Mounts").Take(MountTexts.Limit).Select(Mount)];
        var details = new ContainerDetails
        {
            Known = ContainerFacts.All & ~(ContainerFacts.PodLabels | ContainerFacts.Size | ContainerFacts.Image | ContainerFacts.ImageDigest),
            Engine = ContainerEngine.Docker,
            Name = Utf8.Of(name),
            ImageId = Utf8.Of(ImageName.Digits(container.Text("Image"))),
            Privileged = host.Flag("Privileged"),
            Mounts = mounts,
            MountsText = MountTexts.Join(mounts),
            Labels = ContainerLabels.Of(labels, longestLabel),
            IsSandbox = name.Contains("k8s_POD", StringComparison.Ordinal),
            Ip = Utf8.Of(Address(container.Get("NetworkSettings"))),
            HostPid = host.Text("PidMode") == "host",
            HostNetwork = host.Text("NetworkMode") == "host",
            HostIpc = host.Text("IpcMode") == "host",
            User = Utf8.Of(config.Text("User")),
            CreatedTime = container.Time("Created"),
        };
        if (container.Number("SizeRw", -1) is >= 0 and var size) details = details with { Size = size, Known = details.Known | ContainerFacts.Size };
        return WithImage(WithProbes(PodLabels.Apply(details, labels), config, labels, name), config.Text("Image"), image);
    }

    /// <summary>A mount as the engine lists it; podman's list has the same form.</summary>
    public static ContainerMount Mount(JsonElement mount) =>
        new(Utf8.Of(mount.Text("Source")), Utf8.Of(mount.Text("Destination")), Utf8.Of(mount.Text("Mode")), mount.Flag("RW"), Utf8.Of(mount.Text("Propagation")));

    /// <summary>The address in the first network that gave one.</summary>
    public static string Address(JsonElement settings)
    {
        if (settings.Text("IPAddress") is { Length: > 0 } first) return first;
        foreach (var network in settings.Members("Networks"))
            if (network.Value.Text("IPAddress") is { Length: > 0 } address) return address;
        return "";
    }

    public static ContainerDetails WithProbes(ContainerDetails details, JsonElement config, IReadOnlyDictionary<string, string> labels, string name)
    {
        var (liveness, readiness) = labels.TryGetValue(ProbeCommand.PodSpecLabel, out var pod) ? ProbeCommand.OfPod(pod, labels.GetValueOrDefault(PodLabels.Container, name)) : ([], []);
        var health = liveness.Length + readiness.Length == 0 ? ProbeCommand.Healthcheck(config) : [];
        return details with { Known = details.Known | ContainerFacts.Probes, Healthcheck = health, LivenessProbe = liveness, ReadinessProbe = readiness };
    }

    /// <summary>
    /// The image by the name that the container was started with; where that is only an id or has no tag, by the image's own names.
    /// </summary>
    public static ContainerDetails WithImage(ContainerDetails details, string given, JsonElement image)
    {
        ImageName[] tags = [.. image.Texts("RepoTags").Select(ImageName.Parse)];
        ImageName[] digests = [.. image.Texts("RepoDigests").Select(ImageName.Parse)];
        var name = ImageName.Parse(given);
        var (repository, tag) = (name.Repository, name.Tag);
        if (given.Length == 0 || given.StartsWith("sha256:", StringComparison.Ordinal) || Utf8.Text(details.ImageId).StartsWith(given, StringComparison.Ordinal))
        {
            var own = tags.Length > 0 ? tags[0] : digests.Length > 0 ? digests[0] : default;
            (repository, tag) = (own.Repository ?? "", own.Tag ?? "");
        }
        else if (tag.Length == 0 && name.Digest.Length == 0)
        {
            tag = Array.Find(tags, t => t.Repository == repository && t.Tag == "latest").Tag ?? Array.Find(tags, t => t.Repository == repository).Tag ?? "";
        }
        var digest = name.Digest.Length > 0 ? name.Digest : Array.Find(digests, d => d.Repository == repository).Digest ?? (digests.Length == 1 ? digests[0].Digest : "");
        return details with
        {
            Known = details.Known | ContainerFacts.Image | (image.ValueKind == JsonValueKind.Undefined && name.Digest.Length == 0 ? ContainerFacts.None : ContainerFacts.ImageDigest),
            Image = Utf8.Of(given),
            ImageRepository = Utf8.Of(repository),
            ImageTag = Utf8.Of(tag),
            ImageDigest = Utf8.Of(digest),
        };
    }
}
