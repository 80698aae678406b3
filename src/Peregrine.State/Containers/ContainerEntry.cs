namespace Peregrine.State;

/// <summary>Container engines, by the names that <c>container.type</c> prints (lower case).</summary>
public enum ContainerEngine : byte
{
    Host,
    Docker,
    Podman,
    Cri,
    Containerd,
    Crio,
    Lxc,
    LibvirtLxc,
    Mesos,
    Rkt,
    SystemdNspawn,
    Bpm,
    Static,
    /// <summary>A container whose engine left no mark that tells which it is.</summary>
    Unknown,
}

/// <summary>A container. Found by control group; an engine's answer may add the rest later, which raises <see cref="Version"/>.</summary>
public sealed class ContainerEntry
{
    public required ContainerEngine Engine { get; init; }

    /// <summary>The whole id.</summary>
    public required byte[] FullId { get; init; }

    /// <summary>What <c>container.id</c> prints: the first 12 characters of a hash, else the whole.</summary>
    public required byte[] Id { get; init; }

    /// <summary>The pod's uid when the control group's path tells it; empty otherwise.</summary>
    public byte[] PodUid { get; init; } = [];

    /// <summary>What an engine said of it: field name without <c>container.</c> → text. Null until an answer came.</summary>
    public IReadOnlyDictionary<string, byte[]>? Metadata { get; set; }

    public uint Version { get; set; }

    /// <summary>A process of the container that probably still runs: its first one, as soon as that was seen. 0 when none was. Its users are looked up through it.</summary>
    public long WitnessPid { get; set; }
}
