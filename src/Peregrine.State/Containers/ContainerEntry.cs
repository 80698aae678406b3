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

/// <summary>A container. Found by control group; what its engine tells of it comes later, which raises <see cref="Version"/>. Belongs to the worker whose threads are in it.</summary>
public sealed class ContainerEntry
{
    public required ContainerEngine Engine { get; init; }

    /// <summary>The whole id.</summary>
    public required byte[] FullId { get; init; }

    /// <summary>What <c>container.id</c> prints: the first 12 characters of a hash, else the whole.</summary>
    public required byte[] Id { get; init; }

    /// <summary>The pod's uid when the control group's path tells it; empty otherwise.</summary>
    public byte[] PodUid { get; init; } = [];

    /// <summary>What is known of it; null until somebody answered.</summary>
    public ContainerDetails? Details { get; private set; }

    public ContainerLookup Lookup { get; private set; }

    /// <summary>In words, why an answer is missing; empty unless <see cref="Lookup"/> is <see cref="ContainerLookup.Failed"/>.</summary>
    public byte[] Reason { get; private set; } = [];

    /// <summary>Changes when anything above does: what was remembered about the container is stale then.</summary>
    public uint Version { get; private set; }

    /// <summary>A process of the container that probably still runs: its first one, as soon as that was seen. 0 when none was. Its users are looked up through it.</summary>
    public long WitnessPid { get; set; }

    /// <summary>Whether its users and groups have been read once: what they do not name has no name.</summary>
    internal bool HasAccounts { get; set; }

    /// <summary>Threads in the table that are in it.</summary>
    public int Threads { get; internal set; }

    /// <summary>What its description takes in memory, where a capture told it.</summary>
    internal int ToldBytes { get; set; }

    /// <summary>When it was first found without threads, ns since the epoch; 0 while it has some.</summary>
    internal ulong EmptySince { get; set; }

    /// <summary>Whether an answer may still bring any of these facts.</summary>
    public bool Awaits(ContainerFacts facts) => Lookup == ContainerLookup.Waiting && (facts & ~(Details?.Known ?? ContainerFacts.None)) != 0;

    /// <summary>Takes over what was found out. To be called by the worker, between two events.</summary>
    public void Learn(ContainerDetails? details, ContainerLookup lookup, byte[]? reason = null)
    {
        if (details is not null) Details = Details is { } before ? before.With(details) : details;
        (Lookup, Reason) = (lookup, reason ?? []);
        Version++;
    }
}
