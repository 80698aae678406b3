using System.Text.Json;
using Peregrine.Containers.Engines;
using Peregrine.Containers.Http;
using Peregrine.Containers.Images;
using Peregrine.Containers.Oci;
using Peregrine.State;

namespace Peregrine.Containers.Disk;

/// <summary>
/// What dockerd keeps of a container in its data folder: <c>containers/ID/config.v2.json</c> and <c>hostconfig.json</c>, written before the container starts. Asking dockerd itself
/// takes until the container has started: it holds the container's lock meanwhile.
/// </summary>
internal static class DockerFiles
{
    private const string UsualData = "/var/lib/docker";

    public static ContainerDetails? Read(HostFiles files, string id, RuntimeSpec? spec, int longestLabel)
    {
        var data = Data(id, spec);
        if (files.Read($"{data}/containers/{id}/config.v2.json") is not { } json || files.Read($"{data}/containers/{id}/hostconfig.json") is not { } hostJson) return null;
        try
        {
            using var container = JsonDocument.Parse(json);
            using var host = JsonDocument.Parse(hostJson);
            if (container.RootElement.Text("ID") != id) return null;
            var details = Read(container.RootElement, host.RootElement, longestLabel);
            return WithImage(details, files, data, container.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The data folder: the container's own files are mounted into it from there.</summary>
    private static string Data(string id, RuntimeSpec? spec)
    {
        if (spec is null) return UsualData;
        var own = $"/containers/{id}/";
        foreach (var mount in spec.Mounts)
            if (mount.Source.IndexOf(own, StringComparison.Ordinal) is > 0 and var at) return mount.Source[..at];
        return UsualData;
    }

    private static ContainerDetails Read(JsonElement container, JsonElement host, int longestLabel)
    {
        var config = container.Get("Config");
        var labels = config.Map("Labels").ToMap();
        var name = container.Text("Name").TrimStart('/');
        List<ContainerMount> mounts = [.. container.Members("MountPoints").Take(MountTexts.Limit).Select(m => Mount(m.Value))];
        var details = new ContainerDetails
        {
            Known = ContainerFacts.Name | ContainerFacts.ImageId | ContainerFacts.Privileged | ContainerFacts.Mounts | ContainerFacts.Labels | ContainerFacts.Namespaces | ContainerFacts.User | ContainerFacts.Created,
            Engine = ContainerEngine.Docker,
            Name = Utf8.Of(name),
            ImageId = Utf8.Of(ImageName.Digits(container.Text("Image"))),
            Privileged = host.Flag("Privileged"),
            Mounts = mounts,
            MountsText = MountTexts.Join(mounts),
            Labels = ContainerLabels.Of(labels, longestLabel),
            IsSandbox = name.Contains("k8s_POD", StringComparison.Ordinal),
            HostPid = host.Text("PidMode") == "host",
            HostNetwork = host.Text("NetworkMode") == "host",
            HostIpc = host.Text("IpcMode") == "host",
            User = Utf8.Of(config.Text("User")),
            CreatedTime = container.Time("Created"),
        };
        return DockerInspect.WithProbes(PodLabels.Apply(details, labels), config, labels, name);
    }

    private static ContainerMount Mount(JsonElement mount) =>
        new(Utf8.Of(mount.Text("Source")), Utf8.Of(mount.Text("Destination")), Utf8.Of(mount.Text("Relabel")), mount.Flag("RW"), Utf8.Of(mount.Text("Propagation")));

    /// <summary>The names that the image store has for the image's id.</summary>
    private static ContainerDetails WithImage(ContainerDetails details, HostFiles files, string data, JsonElement container)
    {
        var driver = container.Text("Driver") is { Length: > 0 } named ? named : "overlay2";
        var id = container.Text("Image");
        var names = files.Parsed($"{data}/image/{driver}/repositories.json", Repositories)?.GetValueOrDefault(id) ?? [];
        using var image = JsonDocument.Parse(Write(names));
        return DockerInspect.WithImage(details, container.Get("Config").Text("Image"), names.Count > 0 ? image.RootElement : default);
    }

    /// <summary>Image id → all its names, with tags or digests.</summary>
    private static Dictionary<string, List<string>>? Repositories(byte[] json)
    {
        try
        {
            using var store = JsonDocument.Parse(json);
            var names = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var repository in store.RootElement.Members("Repositories"))
            {
                foreach (var (name, id) in store.RootElement.Get("Repositories").Map(repository.Name))
                {
                    if (!names.TryGetValue(id, out var list)) names[id] = list = [];
                    list.Add(name);
                }
            }
            return names;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The names in the form in which the engine tells them of an image.</summary>
    private static byte[] Write(List<string> names)
    {
        var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var (member, isDigest) in new[] { ("RepoTags", false), ("RepoDigests", true) })
            {
                json.WriteStartArray(member);
                foreach (var name in names)
                    if (name.Contains('@', StringComparison.Ordinal) == isDigest) json.WriteStringValue(name);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
