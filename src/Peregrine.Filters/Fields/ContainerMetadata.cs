using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>A text among the details of a container.</summary>
internal delegate byte[] ContainerText(ContainerDetails details);

/// <summary>Reads what an engine said of the container that an event's process runs in.</summary>
internal static class ContainerMetadata
{
    private const int ShortIdLength = 12;

    /// <summary>What a container shows that is known to have no check of a kind.</summary>
    public static byte[] NoProbe { get; } = "NONE"u8.ToArray();

    /// <summary>The details when they have this portion; else null.</summary>
    public static ContainerDetails? TryGet(ref EventContext context, ContainerFacts facts) =>
        context.Thread?.Container?.Details is { } details && (details.Known & facts) != 0 ? details : null;

    public static bool TrySet(ref EventContext context, ContainerFacts facts, ContainerText text, ref FieldValue value) =>
        TryGet(ref context, facts) is { } details && value.Set(text(details));

    /// <summary>The start of the first process of its pid namespace; for a container in the host's, when it was made.</summary>
    public static bool TryGetStart(ref EventContext context, out long start)
    {
        start = 0;
        if (context.Thread is not { } thread) return false;
        var details = thread.Container?.Details;
        var shared = details is not null && (details.Known & ContainerFacts.Namespaces) != 0 && details.HostPid;
        if (!shared) start = (long)thread.PidNamespaceStart;
        if (start == 0 && details is not null) start = details.CreatedTime;
        return start != 0;
    }

    public static bool TrySetLabel(ref EventContext context, ContainerFacts facts, FieldArg arg, ref FieldValue value)
    {
        if (TryGet(ref context, facts) is not { } details) return false;
        var labels = facts == ContainerFacts.PodLabels ? details.PodLabels : details.Labels;
        return labels.Find(arg.Utf8) is { } text && value.Set(text);
    }

    /// <summary>The control group's path has it before an engine answers.</summary>
    public static bool TrySetPodUid(ref EventContext context, ref FieldValue value)
    {
        if (context.Thread?.Container is { PodUid.Length: > 0 } container) return value.Set(container.PodUid);
        return TryGet(ref context, ContainerFacts.Pod) is { PodUid.Length: > 0 } details && value.Set(details.PodUid);
    }

    /// <summary>Whether the container's check of this kind is the command line of the process or of an ancestor in the same container.</summary>
    public static bool TrySetIsProbe(ref EventContext context, ContainerText probe, ref FieldValue value)
    {
        if (context.Thread is not { } thread) return false;
        if (thread.Container is not { } container) return value.Set(false);
        if (TryGet(ref context, ContainerFacts.Probes) is not { } details) return false;
        if (probe(details) is not { Length: > 0 } command) return value.Set(false);
        if (Runs(ref value, thread, command)) return value.Set(true);
        foreach (var ancestor in context.State.Threads.Ancestors(thread))
        {
            if (!ReferenceEquals(ancestor.Container, container)) break;
            if (Runs(ref value, ancestor, command)) return value.Set(true);
        }
        return value.Set(false);
    }

    /// <summary>How far the question stands what the container is.</summary>
    public static bool TrySetLookup(ref EventContext context, ref FieldValue value)
    {
        if (context.Thread is not { } thread) return false;
        if (thread.Container is not { } container) return value.Set("host"u8);
        switch (container.Lookup)
        {
            case ContainerLookup.NotAsked:
                return value.Set("not asked"u8);
            case ContainerLookup.Waiting:
                return value.Set("waiting"u8);
            case ContainerLookup.Answered:
                return value.Set("answered"u8);
            case ContainerLookup.NoEngine:
                return value.Set("no engine"u8);
            case ContainerLookup.NotFound:
                return value.Set("not found"u8);
            default:
                var buffer = value.Buffer;
                buffer.Begin();
                buffer.Append("failed: "u8);
                buffer.Append(container.Reason);
                return value.Set(buffer.End());
        }
    }

    public static ReadOnlySpan<byte> EngineName(ContainerEntry? container) => (container?.Details?.Engine ?? container?.Engine) switch
    {
        null or ContainerEngine.Host => "host"u8,
        ContainerEngine.Docker => "docker"u8,
        ContainerEngine.Podman => "podman"u8,
        ContainerEngine.Cri => "cri"u8,
        ContainerEngine.Containerd => "containerd"u8,
        ContainerEngine.Crio => "cri-o"u8,
        ContainerEngine.Lxc => "lxc"u8,
        ContainerEngine.LibvirtLxc => "libvirt-lxc"u8,
        ContainerEngine.Mesos => "mesos"u8,
        ContainerEngine.Rkt => "rkt"u8,
        ContainerEngine.SystemdNspawn => "systemd-nspawn"u8,
        ContainerEngine.Bpm => "bpm"u8,
        ContainerEngine.Static => "static"u8,
        _ => "unknown"u8,
    };

    public static byte[] Short(byte[] id) => id.Length > ShortIdLength ? id[..ShortIdLength] : id;

    private static bool Runs(ref FieldValue value, ThreadEntry thread, ReadOnlySpan<byte> command)
    {
        CommandLine.SetExeLine(ref value, thread);
        return value.Bytes.TrimEnd((byte)' ').SequenceEqual(command);
    }
}
