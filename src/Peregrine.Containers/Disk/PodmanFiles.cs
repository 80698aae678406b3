using System.Globalization;
using System.Text.Json;
using Peregrine.Containers.Engines;
using Peregrine.Containers.Http;
using Peregrine.Containers.Images;
using Peregrine.Containers.Oci;
using Peregrine.State;

namespace Peregrine.Containers.Disk;

/// <summary>
/// What podman keeps in its storage: <c>overlay-containers/containers.json</c> has names and images, the bundle beside it the rest. podman has no daemon, and its service often does not run:
/// then this is all there is.
/// </summary>
internal static class PodmanFiles
{
    private const string Containers = "/overlay-containers/";

    /// <summary>Destinations that podman mounts into every container by itself.</summary>
    private static readonly string[] Own = ["/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/run/.containerenv", "/run/secrets", "/dev/shm", "/proc", "/sys", "/dev"];

    public static ContainerDetails? Read(HostFiles files, string id, ContainerPlace place)
    {
        if (place is not { Bundle: { } bundle, Spec: { } spec }) return null;
        var details = spec.ToDetails(static m => m.IsBind && Array.IndexOf(Own, m.Destination) < 0) with { Engine = ContainerEngine.Podman };
        // The runtime's rules for privileges do not fit a container of an unprivileged user; podman notes the wish itself.
        if (spec.Annotations.TryGetValue("io.podman.annotations.privileged", out var wish)) details = details with { Privileged = string.Equals(wish, "TRUE", StringComparison.OrdinalIgnoreCase) };
        details = details with { Known = details.Known | ContainerFacts.Pod };
        if (place.Name is { } name) details = details with { Known = details.Known | ContainerFacts.Name, Name = Utf8.Of(name) };
        if (bundle.IndexOf(Containers, StringComparison.Ordinal) is not (> 0 and var at)) return details;
        var storage = bundle[..at];
        return Stored(files, storage, id) is { } stored ? WithStored(details, stored, files, storage) : details;
    }

    private static StoredContainer? Stored(HostFiles files, string storage, string id)
    {
        foreach (var name in new[] { "containers.json", "volatile-containers.json" })
            if (files.Parsed(storage + Containers + name, Parse)?.GetValueOrDefault(id) is { } found) return found;
        return null;
    }

    private static ContainerDetails WithStored(ContainerDetails details, StoredContainer stored, HostFiles files, string storage)
    {
        details = CriAnnotations.WithImage(details, stored.ImageName) with { CreatedTime = stored.Created, ImageId = Utf8.Of(stored.ImageId) };
        details = details with { Known = details.Known | ContainerFacts.ImageId | ContainerFacts.Created };
        if (stored.Name.Length > 0) details = details with { Known = details.Known | ContainerFacts.Name, Name = Utf8.Of(stored.Name) };
        if (files.Parsed(storage + "/overlay-images/images.json", Digests)?.GetValueOrDefault(stored.ImageId) is { } digest)
            details = details with { Known = details.Known | ContainerFacts.ImageDigest, ImageDigest = Utf8.Of(digest) };
        return details;
    }

    private static Dictionary<string, StoredContainer>? Parse(byte[] json)
    {
        try
        {
            using var list = JsonDocument.Parse(json);
            var containers = new Dictionary<string, StoredContainer>(StringComparer.Ordinal);
            if (list.RootElement.ValueKind != JsonValueKind.Array) return null;
            foreach (var container in list.RootElement.EnumerateArray())
            {
                // A JSON text within the JSON: podman's own part of the entry.
                using var metadata = JsonDocument.Parse(container.Text("metadata") is { Length: > 0 } text ? text : "{}");
                var name = metadata.RootElement.Text("name") is { Length: > 0 } given ? given : container.Texts("names").FirstOrDefault() ?? "";
                containers[container.Text("id")] = new(name, metadata.RootElement.Text("image-name"), container.Text("image"), Time(container.Text("created")));
            }
            return containers;
        }
        catch (JsonException)
        {
            // Being written at this moment.
            return null;
        }
    }

    private static Dictionary<string, string>? Digests(byte[] json)
    {
        try
        {
            using var list = JsonDocument.Parse(json);
            if (list.RootElement.ValueKind != JsonValueKind.Array) return null;
            var digests = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var image in list.RootElement.EnumerateArray()) digests[image.Text("id")] = image.Text("digest");
            return digests;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? (time - DateTimeOffset.UnixEpoch).Ticks * 100 : 0;

    private sealed record StoredContainer(string Name, string ImageName, string ImageId, long Created);
}
