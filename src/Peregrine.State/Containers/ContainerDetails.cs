namespace Peregrine.State;

/// <summary>
/// What an engine, or what it left on disk, says of a container. Immutable; texts are UTF-8, and empty where the source says that there is none.
/// A property means something only where <see cref="Known"/> has its portion.
/// </summary>
public sealed record ContainerDetails
{
    public ContainerFacts Known { get; init; }

    /// <summary>The engine that answered, where it is not the one that the control group's path points to.</summary>
    public ContainerEngine? Engine { get; init; }

    public byte[] Name { get; init; } = [];

    public byte[] Image { get; init; } = [];

    public byte[] ImageRepository { get; init; } = [];

    public byte[] ImageTag { get; init; } = [];

    /// <summary>Hexadecimal digits without the name of the hash.</summary>
    public byte[] ImageId { get; init; } = [];

    /// <summary>With the name of the hash: <c>sha256:…</c>.</summary>
    public byte[] ImageDigest { get; init; } = [];

    public bool Privileged { get; init; }

    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The mounts as <c>source:destination:mode:writable:propagation</c>, joined by commas.</summary>
    public byte[] MountsText { get; init; } = [];

    public ContainerLabels Labels { get; init; } = ContainerLabels.None;

    public byte[] PodName { get; init; } = [];

    public byte[] PodNamespace { get; init; } = [];

    public byte[] PodUid { get; init; } = [];

    public byte[] SandboxId { get; init; } = [];

    /// <summary>Whether it is the sandbox itself, which only holds a pod's namespaces.</summary>
    public bool IsSandbox { get; init; }

    public ContainerLabels PodLabels { get; init; } = ContainerLabels.None;

    public byte[] Ip { get; init; } = [];

    /// <summary>What the network plugin answered, as JSON.</summary>
    public byte[] CniJson { get; init; } = [];

    public bool HostPid { get; init; }

    public bool HostNetwork { get; init; }

    public bool HostIpc { get; init; }

    /// <summary>The command lines of the checks; empty without one.</summary>
    public byte[] Healthcheck { get; init; } = [];

    public byte[] LivenessProbe { get; init; } = [];

    public byte[] ReadinessProbe { get; init; } = [];

    /// <summary>The user that the container was configured to run as, as the engine writes it.</summary>
    public byte[] User { get; init; } = [];

    /// <summary>Bytes that the container wrote to its own layer; -1 when nobody was asked.</summary>
    public long Size { get; init; } = -1;

    /// <summary>When it was made, ns since the epoch.</summary>
    public long CreatedTime { get; init; }

    /// <summary>These details with the portions that <paramref name="other"/> knows taken from there.</summary>
    public ContainerDetails With(ContainerDetails other)
    {
        bool Has(ContainerFacts facts) => (other.Known & facts) != 0;
        var (image, pod, network, mounts) = (Has(ContainerFacts.Image) ? other : this, Has(ContainerFacts.Pod) ? other : this, Has(ContainerFacts.Network) ? other : this, Has(ContainerFacts.Mounts) ? other : this);
        var (namespaces, probes) = (Has(ContainerFacts.Namespaces) ? other : this, Has(ContainerFacts.Probes) ? other : this);
        return new ContainerDetails
        {
            Known = Known | other.Known,
            Engine = other.Engine ?? Engine,
            Name = Has(ContainerFacts.Name) ? other.Name : Name,
            Image = image.Image,
            ImageRepository = image.ImageRepository,
            ImageTag = image.ImageTag,
            ImageId = Has(ContainerFacts.ImageId) ? other.ImageId : ImageId,
            ImageDigest = Has(ContainerFacts.ImageDigest) ? other.ImageDigest : ImageDigest,
            Privileged = Has(ContainerFacts.Privileged) ? other.Privileged : Privileged,
            Mounts = mounts.Mounts,
            MountsText = mounts.MountsText,
            Labels = Has(ContainerFacts.Labels) ? other.Labels : Labels,
            PodName = pod.PodName,
            PodNamespace = pod.PodNamespace,
            PodUid = pod.PodUid,
            SandboxId = pod.SandboxId,
            IsSandbox = pod.IsSandbox,
            PodLabels = Has(ContainerFacts.PodLabels) ? other.PodLabels : PodLabels,
            Ip = network.Ip,
            CniJson = network.CniJson,
            HostPid = namespaces.HostPid,
            HostNetwork = namespaces.HostNetwork,
            HostIpc = namespaces.HostIpc,
            Healthcheck = probes.Healthcheck,
            LivenessProbe = probes.LivenessProbe,
            ReadinessProbe = probes.ReadinessProbe,
            User = Has(ContainerFacts.User) ? other.User : User,
            Size = Has(ContainerFacts.Size) ? other.Size : Size,
            CreatedTime = Has(ContainerFacts.Created) ? other.CreatedTime : CreatedTime,
        };
    }
}
