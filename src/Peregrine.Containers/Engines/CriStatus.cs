using System.Text;
using System.Text.Json;
using Peregrine.Containers.Grpc;
using Peregrine.Containers.Http;
using Peregrine.Containers.Images;
using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>Reads a CRI's status of a container and of the sandbox that it shares with the others of its pod.</summary>
internal static class CriStatus
{
    /// <summary>Longer answers of network plugins are cut, as in the reference.</summary>
    private const int LongestCni = 4096;

    private const long OfNode = 2;

    /// <summary>What the engine adds to a status when it is asked to be verbose: a JSON text of its own form. Null when there is none.</summary>
    public static JsonDocument? Info(MessageFields answer)
    {
        var info = answer.Map(2).FirstOrDefault(m => m.Key == "info").Value;
        if (string.IsNullOrEmpty(info)) return null;
        try
        {
            return JsonDocument.Parse(info);
        }
        catch (JsonException)
        {
            // No part of the protocol: an engine may say anything.
            return null;
        }
    }

    public static ContainerDetails OfContainer(MessageFields status, JsonElement info, MessageFields? sandbox, string sandboxId, ContainerEngine engine, int longestLabel)
    {
        var labels = status.Map(12).ToMap();
        var name = status.Inner(2).Text(1);
        List<ContainerMount> mounts = [.. status.All(14).Take(MountTexts.Limit).Select(Mount)];
        var details = new ContainerDetails
        {
            Known = ContainerFacts.Name | ContainerFacts.Mounts | ContainerFacts.Labels | ContainerFacts.Created | ContainerFacts.Probes,
            Engine = engine,
            Name = Utf8.Of(name),
            Mounts = mounts,
            MountsText = MountTexts.Join(mounts),
            Labels = ContainerLabels.Of(labels, longestLabel),
            SandboxId = Utf8.Of(sandboxId),
            CreatedTime = status.Integer(4),
        };
        details = WithPrivilege(WithImage(PodLabels.Apply(details, labels), status, info), info);
        if (info.Get("runtimeSpec").Get("process").Get("user") is { ValueKind: JsonValueKind.Object } user)
            details = details with { Known = details.Known | ContainerFacts.User, User = Utf8.Of(user.Number("uid").ToString(System.Globalization.CultureInfo.InvariantCulture)) };
        return sandbox is null ? details : WithSandbox(details, sandbox, name, longestLabel);
    }

    /// <summary>The sandbox itself: no image, no mounts that anybody asked for.</summary>
    public static ContainerDetails OfSandbox(MessageFields answer, ContainerEngine engine, int longestLabel)
    {
        var status = answer.Inner(1);
        using var info = Info(answer);
        var image = (info?.RootElement ?? default).Text("image");
        var details = CriAnnotations.WithImage(new ContainerDetails(), image);
        details = details with
        {
            Known = details.Known | ContainerFacts.Name | ContainerFacts.Labels | ContainerFacts.Created | ContainerFacts.ImageId | ContainerFacts.ImageDigest,
            Engine = engine,
            Name = Utf8.Of(status.Inner(2).Text(1)),
            Labels = ContainerLabels.Of(status.Map(7), longestLabel),
            IsSandbox = true,
            CreatedTime = status.Integer(4),
        };
        return WithPrivilege(WithSandbox(details, answer, "", longestLabel), info?.RootElement ?? default) with { SandboxId = Utf8.Of(status.Text(1)) };
    }

    private static ContainerMount Mount(MessageFields mount) =>
        new(Utf8.Of(mount.Text(2)), Utf8.Of(mount.Text(1)), [], mount.Integer(3) == 0, Utf8.Of(mount.Integer(5) switch { 0 => "private", 1 => "rslave", 2 => "rshared", _ => "unknown" }));

    private static ContainerDetails WithPrivilege(ContainerDetails details, JsonElement info)
    {
        // CRI-O says it outright, containerd repeats the kubelet's wish; neither stands in the protocol.
        foreach (var place in new[] { info.Get("runtimeSpec").Get("linux").Get("security_context"), info.Get("config").Get("linux").Get("security_context"), info })
        {
            if (place.Get("privileged") is { ValueKind: JsonValueKind.True or JsonValueKind.False } told)
                return details with { Known = details.Known | ContainerFacts.Privileged, Privileged = told.ValueKind == JsonValueKind.True };
        }
        // An engine that tells of the container and leaves the wish out had none: false is what it leaves out.
        return info.Get("config").ValueKind == JsonValueKind.Object ? details with { Known = details.Known | ContainerFacts.Privileged } : details;
    }

    /// <summary>Neither of the two texts about the image must be a name: one may be an id, the other a digest, or both the same.</summary>
    private static ContainerDetails WithImage(ContainerDetails details, MessageFields status, JsonElement info)
    {
        var given = status.Inner(8).Text(1);
        var reference = status.Text(9);
        var annotations = info.Get("runtimeSpec").Map("annotations").ToMap();
        var name = given;
        if (name.Length == 0 || name.StartsWith("sha256:", StringComparison.Ordinal))
            name = annotations.GetValueOrDefault("io.kubernetes.cri.image-name") ?? annotations.GetValueOrDefault("io.kubernetes.cri-o.ImageName") ?? annotations.GetValueOrDefault("io.kubernetes.cri-o.Image") ?? name;
        var parsed = ImageName.Parse(reference);
        var digest = parsed.Digest.Length > 0 ? parsed.Digest : reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference : "";
        if (name.StartsWith("sha256:", StringComparison.Ordinal) && parsed.Digest.Length > 0) name = parsed.Repository;
        var id = ImageName.Digits(info.Get("config").Get("image").Text("image") is { Length: > 0 } configured ? configured : status.Text(17));
        details = CriAnnotations.WithImage(details, name);
        return details with
        {
            Known = details.Known | ContainerFacts.ImageId | ContainerFacts.ImageDigest,
            ImageId = Utf8.Of(id),
            ImageDigest = digest.Length > 0 ? Utf8.Of(digest) : details.ImageDigest,
        };
    }

    private static ContainerDetails WithSandbox(ContainerDetails details, MessageFields answer, string container, int longestLabel)
    {
        var sandbox = answer.Inner(1);
        var metadata = sandbox.Inner(2);
        var namespaces = sandbox.Inner(6).Inner(1).Inner(2);
        var annotations = sandbox.Map(8).ToMap();
        using var info = Info(answer);
        details = details with
        {
            Known = details.Known | ContainerFacts.Pod | ContainerFacts.PodLabels | ContainerFacts.Network | ContainerFacts.Namespaces,
            PodName = Utf8.Of(metadata.Text(1)),
            PodUid = Utf8.Of(metadata.Text(2)),
            PodNamespace = Utf8.Of(metadata.Text(3)),
            PodLabels = ContainerLabels.Of(sandbox.Map(7), longestLabel),
            Ip = Utf8.Of(sandbox.Inner(5).Text(1)),
            CniJson = Cni(info?.RootElement ?? default),
            HostNetwork = namespaces.Integer(1) == OfNode,
            HostPid = namespaces.Integer(2) == OfNode,
            HostIpc = namespaces.Integer(3) == OfNode,
        };
        if (!annotations.TryGetValue(ProbeCommand.PodSpecAnnotation, out var specification)) return details;
        var (liveness, readiness) = ProbeCommand.OfPod(specification, container);
        return details with { Known = details.Known | ContainerFacts.Probes, LivenessProbe = liveness, ReadinessProbe = readiness };
    }

    /// <summary>The interfaces that the network plugin made, without the loopback and the host's ends; CRI-O keeps the whole answer as an annotation.</summary>
    private static byte[] Cni(JsonElement info)
    {
        string text;
        if (info.Get("cniResult").Get("Interfaces") is { ValueKind: JsonValueKind.Object } interfaces)
            text = "{" + string.Join(',', interfaces.EnumerateObject().Where(i => i.Name != "lo" && !i.Name.StartsWith("veth", StringComparison.Ordinal)).Select(i => $"\"{JsonEncodedText.Encode(i.Name)}\":{i.Value.GetRawText()}")) + "}";
        else if (info.Get("cniResult").Get("interfaces") is { ValueKind: JsonValueKind.Array } list)
            text = "[" + string.Join(',', list.EnumerateArray().Where(i => i.Text("name") is var n && n != "lo" && !n.StartsWith("veth", StringComparison.Ordinal)).Select(i => i.GetRawText())) + "]";
        else text = info.Get("runtimeSpec").Get("annotations").Text("io.kubernetes.cri-o.CNIResult");
        var utf8 = Encoding.UTF8.GetBytes(text);
        return utf8.Length > LongestCni ? utf8[..LongestCni] : utf8;
    }
}
