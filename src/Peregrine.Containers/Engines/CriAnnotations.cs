using System.Text.Json;
using Peregrine.Containers.Images;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>What containerd's CRI and CRI-O write into the annotations of a container's runtime specification.</summary>
internal static class CriAnnotations
{
    private const string Containerd = "io.kubernetes.cri.";
    private const string Crio = "io.kubernetes.cri-o.";

    /// <summary>The details with what the annotations add; unchanged where they are not of a CRI.</summary>
    public static ContainerDetails Apply(ContainerDetails details, IReadOnlyDictionary<string, string> annotations, int longestLabel)
    {
        if (annotations.TryGetValue(Containerd + "container-type", out var type)) return OfContainerd(details, annotations, type == "sandbox");
        if (annotations.TryGetValue(Crio + "ContainerType", out type)) return OfCrio(details, annotations, type == "sandbox", longestLabel);
        return details;
    }

    private static ContainerDetails OfContainerd(ContainerDetails details, IReadOnlyDictionary<string, string> annotations, bool isSandbox)
    {
        details = details with
        {
            Known = details.Known | ContainerFacts.Name | ContainerFacts.Pod,
            Name = Utf8.Of(annotations.GetValueOrDefault(Containerd + (isSandbox ? "sandbox-name" : "container-name"))),
            SandboxId = Utf8.Of(annotations.GetValueOrDefault(Containerd + "sandbox-id")),
            PodName = Utf8.Of(annotations.GetValueOrDefault(Containerd + "sandbox-name")),
            PodNamespace = Utf8.Of(annotations.GetValueOrDefault(Containerd + "sandbox-namespace")),
            PodUid = Utf8.Of(annotations.GetValueOrDefault(Containerd + "sandbox-uid")),
            IsSandbox = isSandbox,
        };
        return annotations.TryGetValue(Containerd + "image-name", out var image) ? WithImage(details, image) : isSandbox ? WithImage(details, "") : details;
    }

    private static ContainerDetails OfCrio(ContainerDetails details, IReadOnlyDictionary<string, string> annotations, bool isSandbox, int longestLabel)
    {
        var labels = ContainerLabels.Of(Labels(annotations.GetValueOrDefault(Crio + "Labels", "")), longestLabel);
        details = details with
        {
            Known = details.Known | ContainerFacts.Name | ContainerFacts.Pod | ContainerFacts.Labels | ContainerFacts.ImageId,
            Engine = ContainerEngine.Crio,
            Name = Utf8.Of(annotations.GetValueOrDefault(isSandbox ? Crio + "KubeName" : "io.kubernetes.container.name")),
            SandboxId = Utf8.Of(annotations.GetValueOrDefault(Crio + "SandboxID")),
            PodName = Utf8.Of(annotations.GetValueOrDefault(isSandbox ? Crio + "KubeName" : PodLabels.Name, annotations.GetValueOrDefault(PodLabels.Name, ""))),
            PodNamespace = Utf8.Of(annotations.GetValueOrDefault(PodLabels.Namespace, annotations.GetValueOrDefault(Crio + "Namespace", ""))),
            PodUid = Utf8.Of(annotations.GetValueOrDefault(PodLabels.Uid)),
            IsSandbox = isSandbox,
            Labels = labels,
            ImageId = Utf8.Of(ImageName.Digits(annotations.GetValueOrDefault(Crio + "ImageRef", ""))),
        };
        if (annotations.TryGetValue(Crio + "PrivilegedRuntime", out var privileged) && privileged == "true" && isSandbox) details = details with { Privileged = true };
        if (isSandbox) details = details with { Known = details.Known | ContainerFacts.PodLabels, PodLabels = labels };
        var image = annotations.GetValueOrDefault(Crio + "ImageName", annotations.GetValueOrDefault(Crio + "Image", ""));
        return image.Length > 0 || isSandbox ? WithImage(details, image) : details;
    }

    public static ContainerDetails WithImage(ContainerDetails details, string image)
    {
        var name = ImageName.Parse(image);
        details = details with { Known = details.Known | ContainerFacts.Image, Image = Utf8.Of(image), ImageRepository = Utf8.Of(name.Repository), ImageTag = Utf8.Of(name.Tag) };
        return name.Digest.Length == 0 ? details : details with { Known = details.Known | ContainerFacts.ImageDigest, ImageDigest = Utf8.Of(name.Digest) };
    }

    private static IEnumerable<KeyValuePair<string, string>> Labels(string json)
    {
        if (json.Length == 0) return [];
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? []
                : document.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String).Select(m => KeyValuePair.Create(m.Name, m.Value.GetString()!)).ToList();
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
