using System.Text;
using System.Text.Json;

namespace Peregrine.State;

/// <summary>
/// What an event of a capture says of a container: the JSON object of the field's container plugin. Ours has an object <c>peregrine</c> in it, which other readers pass over: which portions are known at all,
/// how far the look-up had come, and what the plugin's object has no place for. Without it, what has a key is known, and the engine has answered.
/// </summary>
/// <param name="FullId">The whole id; the short one where only that is told.</param>
/// <param name="Lookup">How far the look-up had come.</param>
/// <param name="Reason">Why there is no answer.</param>
/// <param name="Details">What is known; null for nothing.</param>
public sealed record ContainerDescription(byte[] FullId, ContainerLookup Lookup, byte[] Reason, ContainerDetails? Details)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>No engine says so much of one container.</summary>
    private const int Longest = 1 << 20;

    /// <summary>About how many bytes it takes in memory.</summary>
    public int Size { get; private init; }

    /// <summary>The numbers that the field gives to engines.</summary>
    private static readonly (int Number, ContainerEngine Engine)[] Engines =
    [
        (0, ContainerEngine.Docker), (1, ContainerEngine.Lxc), (2, ContainerEngine.LibvirtLxc), (3, ContainerEngine.Mesos), (4, ContainerEngine.Rkt), (6, ContainerEngine.Cri), (7, ContainerEngine.Containerd),
        (8, ContainerEngine.Crio), (9, ContainerEngine.Bpm), (10, ContainerEngine.Static), (11, ContainerEngine.Podman), (0xfffe, ContainerEngine.Host),
    ];

    /// <summary>The field's number of an engine; 65535 for one that has none.</summary>
    public static int NumberOf(ContainerEngine engine)
    {
        foreach (var (number, candidate) in Engines)
            if (candidate == engine) return number;
        return 0xffff;
    }

    /// <summary>Null when it is no such object, or one without an id.</summary>
    public static ContainerDescription? Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > Longest) return null;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            var told = Read(root.TryGetProperty("container", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root);
            return told is null ? null : told with { Size = json.Length + 256 };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static ContainerDescription? Read(JsonElement c)
    {
        var id = Text(c, "full_id") is { Length: > 0 } full ? full : Text(c, "id");
        if (id.Length == 0 || id.AsSpan().SequenceEqual("host"u8)) return null;
        var own = c.TryGetProperty("peregrine", out var ours) && ours.ValueKind == JsonValueKind.Object;
        if (!own) return new(id, ContainerLookup.Answered, [], Describe(c, default, Present(c)));
        var known = (ContainerFacts)(Number(ours, "known") & (int)ContainerFacts.All);
        var lookup = Number(ours, "lookup") is var number and >= 0 and <= (int)ContainerLookup.Failed ? (ContainerLookup)number : ContainerLookup.Answered;
        return new(id, lookup, Text(ours, "reason"), known == ContainerFacts.None ? null : Describe(c, ours, known));
    }

    /// <summary>Old recorders tell the type, the name and the image only.</summary>
    private static ContainerFacts Present(JsonElement c)
    {
        var facts = ContainerFacts.None;
        foreach (var (key, fact) in (ReadOnlySpan<(string, ContainerFacts)>)
        [
            ("name", ContainerFacts.Name), ("image", ContainerFacts.Image), ("imageid", ContainerFacts.ImageId), ("imagedigest", ContainerFacts.ImageDigest), ("privileged", ContainerFacts.Privileged),
            ("Mounts", ContainerFacts.Mounts), ("labels", ContainerFacts.Labels | ContainerFacts.Pod), ("pod_sandbox_labels", ContainerFacts.PodLabels), ("ip", ContainerFacts.Network),
            ("host_pid", ContainerFacts.Namespaces), ("full_id", ContainerFacts.Probes), ("User", ContainerFacts.User), ("size", ContainerFacts.Size), ("created_time", ContainerFacts.Created),
        ])
            if (c.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null) facts |= fact;
        return facts;
    }

    private static ContainerDetails Describe(JsonElement c, JsonElement ours, ContainerFacts known)
    {
        var labels = Labels(c, "labels");
        var mounts = Mounts(c);
        return new ContainerDetails
        {
            Known = known,
            Engine = Engine(c, ours),
            Name = Text(c, "name"),
            Image = Text(c, "image"),
            ImageRepository = Text(c, "imagerepo"),
            ImageTag = Text(c, "imagetag"),
            ImageId = Text(c, "imageid"),
            ImageDigest = Text(c, "imagedigest"),
            Privileged = Flag(c, "privileged"),
            Mounts = mounts,
            MountsText = MountTexts.Join(mounts),
            Labels = labels,
            PodName = Text(ours, "pod_name") is { Length: > 0 } name ? name : labels.Find("io.kubernetes.pod.name"u8) ?? [],
            PodNamespace = Text(ours, "pod_namespace") is { Length: > 0 } space ? space : labels.Find("io.kubernetes.pod.namespace"u8) ?? [],
            PodUid = Text(ours, "pod_uid") is { Length: > 0 } uid ? uid : labels.Find("io.kubernetes.pod.uid"u8) ?? [],
            SandboxId = Text(c, "pod_sandbox_id"),
            IsSandbox = Flag(c, "is_pod_sandbox"),
            PodLabels = Labels(c, "pod_sandbox_labels"),
            Ip = Text(c, "ip"),
            CniJson = Text(c, "cni_json"),
            HostPid = Flag(c, "host_pid"),
            HostNetwork = Flag(c, "host_network"),
            HostIpc = Flag(c, "host_ipc"),
            Healthcheck = Probe(c, "Healthcheck"),
            LivenessProbe = Probe(c, "LivenessProbe"),
            ReadinessProbe = Probe(c, "ReadinessProbe"),
            User = Text(c, "User"),
            Size = c.TryGetProperty("size", out var size) && size.TryGetInt64(out var bytes) ? bytes : -1,
            CreatedTime = Number(ours, "created") is > 0 and var exact ? exact : Number(c, "created_time") is > 0 and < long.MaxValue / NanosecondsPerSecond and var seconds ? seconds * NanosecondsPerSecond : 0,
        };
    }

    /// <summary>Ours says it where another engine answered than the control group's path points to; the plugin always does.</summary>
    private static ContainerEngine? Engine(JsonElement c, JsonElement ours)
    {
        if (ours.ValueKind == JsonValueKind.Object && !Flag(ours, "other_engine")) return null;
        if (!c.TryGetProperty("type", out var type) || !type.TryGetInt32(out var number)) return null;
        foreach (var (candidate, engine) in Engines)
            if (candidate == number) return engine;
        return null;
    }

    private static ContainerMount[] Mounts(JsonElement c)
    {
        if (!c.TryGetProperty("Mounts", out var list) || list.ValueKind != JsonValueKind.Array) return [];
        return [.. list.EnumerateArray().Take(MountTexts.Limit).Where(static m => m.ValueKind == JsonValueKind.Object)
            .Select(static m => new ContainerMount(Text(m, "Source"), Text(m, "Destination"), Text(m, "Mode"), Flag(m, "RW"), Text(m, "Propagation")))];
    }

    private static ContainerLabels Labels(JsonElement c, string key)
    {
        if (!c.TryGetProperty(key, out var map) || map.ValueKind != JsonValueKind.Object) return ContainerLabels.None;
        return ContainerLabels.Of(map.EnumerateObject().Where(static l => l.Value.ValueKind == JsonValueKind.String).Select(static l => KeyValuePair.Create(l.Name, l.Value.GetString()!)));
    }

    private static byte[] Probe(JsonElement c, string key)
    {
        if (!c.TryGetProperty(key, out var probe) || probe.ValueKind != JsonValueKind.Object) return [];
        var words = new List<string> { Encoding.UTF8.GetString(Text(probe, "exe")) };
        if (probe.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Array)
            words.AddRange(args.EnumerateArray().Where(static a => a.ValueKind == JsonValueKind.String).Select(static a => a.GetString()!));
        return Encoding.UTF8.GetBytes(string.Join(' ', words));
    }

    private static byte[] Text(JsonElement map, string key) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(value.GetString()!) : [];

    private static bool Flag(JsonElement map, string key) => map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;

    private static long Number(JsonElement map, string key) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
