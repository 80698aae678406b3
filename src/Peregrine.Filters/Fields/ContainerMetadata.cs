using System.Buffers.Text;
using Peregrine.State;

namespace Peregrine.Filters.Fields;

/// <summary>Reads what an engine said of the container that an event's process runs in.</summary>
internal static class ContainerMetadata
{
    public static bool TrySet(ref EventContext context, string key, ref FieldValue value) => Find(ref context, key) is { } text && value.Set(text);

    public static bool TrySetTruth(ref EventContext context, string key, ref FieldValue value) => Find(ref context, key) is { } text && value.Set(text.AsSpan().SequenceEqual("true"u8));

    public static bool TryGetNumber(ref EventContext context, string key, out long number)
    {
        number = 0;
        return Find(ref context, key) is { } text && Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
    }

    /// <summary>Labels are kept one by one, under a prefix.</summary>
    public static bool TrySetLabel(ref EventContext context, string prefix, FieldArg arg, ref FieldValue value)
    {
        if (context.Thread?.Container?.Metadata is not { } metadata) return false;
        foreach (var (key, text) in metadata)
            if (key.Length == prefix.Length + arg.Text!.Length && key.StartsWith(prefix, StringComparison.Ordinal) && key.EndsWith(arg.Text, StringComparison.Ordinal)) return value.Set(text);
        return false;
    }

    /// <summary>The control group's path has it before an engine answers.</summary>
    public static bool TrySetPodUid(ref EventContext context, ref FieldValue value)
    {
        if (context.Thread?.Container is { PodUid.Length: > 0 } container) return value.Set(container.PodUid);
        return TrySet(ref context, "k8s.pod.uid", ref value);
    }

    /// <summary>Whether the container's check of this kind is the command line of the process or of an ancestor in the same container.</summary>
    public static bool TrySetIsProbe(ref EventContext context, string key, ref FieldValue value)
    {
        if (context.Thread is not { } thread) return false;
        if (thread.Container is not { } container) return value.Set(false);
        if (container.Metadata is null) return false;
        if (Find(ref context, key) is not { Length: > 0 } command) return value.Set(false);
        if (Runs(ref value, thread, command)) return value.Set(true);
        foreach (var ancestor in context.State.Threads.Ancestors(thread))
        {
            if (!ReferenceEquals(ancestor.Container, container)) break;
            if (Runs(ref value, ancestor, command)) return value.Set(true);
        }
        return value.Set(false);
    }

    public static ReadOnlySpan<byte> EngineName(ContainerEntry? container) => container?.Engine switch
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

    private static byte[]? Find(ref EventContext context, string key) => context.Thread?.Container?.Metadata is { } metadata && metadata.TryGetValue(key, out var text) ? text : null;

    private static bool Runs(ref FieldValue value, ThreadEntry thread, ReadOnlySpan<byte> command)
    {
        CommandLine.SetExeLine(ref value, thread);
        return value.Bytes.TrimEnd((byte)' ').SequenceEqual(command);
    }
}
