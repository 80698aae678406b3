namespace Peregrine.State;

/// <summary>What can be known of a container beyond its id, in the portions in which sources tell it.</summary>
[Flags]
public enum ContainerFacts : ushort
{
    None = 0,
    Name = 1,
    /// <summary>The image's name, repository and tag.</summary>
    Image = 2,
    ImageId = 4,
    ImageDigest = 8,
    Privileged = 16,
    Mounts = 32,
    Labels = 64,
    /// <summary>The pod's name, namespace and sandbox.</summary>
    Pod = 128,
    PodLabels = 256,
    /// <summary>Addresses.</summary>
    Network = 512,
    /// <summary>Which of the host's namespaces it shares.</summary>
    Namespaces = 1024,
    /// <summary>Health, liveness and readiness checks.</summary>
    Probes = 2048,
    User = 4096,
    Size = 8192,
    /// <summary>When it was made.</summary>
    Created = 16384,
    All = 32767,
}
