namespace Peregrine.Containers;

/// <summary>One kind of engine: whether it is asked, and where it listens.</summary>
/// <param name="Enabled">False: its containers are not told from the host, and nobody is asked.</param>
/// <param name="Sockets">Paths of unix sockets on the host; empty for the usual ones.</param>
public sealed record EngineSockets(bool Enabled, IReadOnlyList<string> Sockets)
{
    public static EngineSockets Usual { get; } = new(true, []);
}

/// <summary>A fixed description for everything that runs here: the sensor watches a single container.</summary>
public sealed record StaticContainer(string Id, string Name, string Image);

/// <summary>At which of a container's events its engine is asked about it without anybody having seen a process of it.</summary>
[Flags]
public enum EngineHooks
{
    None = 0,
    Create = 1,
    Start = 2,
}

/// <summary>Which engines are asked, how long, and how much of the answers is kept.</summary>
public sealed record ContainerOptions
{
    public EngineSockets Docker { get; init; } = EngineSockets.Usual;

    public EngineSockets Podman { get; init; } = EngineSockets.Usual;

    public EngineSockets Containerd { get; init; } = EngineSockets.Usual;

    public EngineSockets Cri { get; init; } = EngineSockets.Usual;

    /// <summary>Longer values of labels are left out.</summary>
    public int LabelMaxLength { get; init; } = 100;

    /// <summary>Whether engines are asked for sizes too, which costs them much.</summary>
    public bool WithSize { get; init; }

    public EngineHooks Hooks { get; init; } = EngineHooks.Create | EngineHooks.Start;

    /// <summary>How long an engine may take for one answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks for the sockets of engines that are not there. A container that such an engine may know has them looked for at once.</summary>
    public TimeSpan SocketInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The first pause after an engine that failed; the pauses double up to <see cref="LongestPause"/>.</summary>
    public TimeSpan ShortestPause { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Questions under way at one engine; the others wait in line.</summary>
    public int RequestsAtOnce { get; init; } = 16;

    /// <summary>Containers that are remembered here, those without a process included.</summary>
    public int MaxContainers { get; init; } = 16_384;

    /// <summary>Whether what engines leave on disk is read.</summary>
    public bool ReadDisk { get; init; } = true;

    /// <summary>The folder under which the host's file system lies.</summary>
    public string HostRoot { get; init; } = "/";

    /// <summary>A path of the host as this process reaches it.</summary>
    public string OnHost(string path) => HostRoot is "/" or "" ? path : HostRoot.TrimEnd('/') + path;
}
