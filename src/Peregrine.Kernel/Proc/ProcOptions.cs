namespace Peregrine.Kernel.Proc;

/// <summary>Where the machine is found and how much may be read from it.</summary>
public sealed record ProcOptions
{
    /// <summary>The folder under which the host's <c>proc</c>, <c>sys</c> and <c>etc</c> lie: <c>/</c>, or where a container has the host mounted (HOST_ROOT).</summary>
    public string HostRoot { get; init; } = "/";

    /// <summary>The options with what the environment says: <c>HOST_ROOT</c>.</summary>
    public static ProcOptions FromEnvironment() => new() { HostRoot = Environment.GetEnvironmentVariable("HOST_ROOT") is { Length: > 0 } root ? root : "/" };

    /// <summary>Most bytes of a command line kept. The kernel allows megabytes; rules look at the beginning.</summary>
    public int MaxCommandLine { get; init; } = 128 * 1024;

    /// <summary>Most bytes of an environment kept.</summary>
    public int MaxEnvironment { get; init; } = 64 * 1024;

    /// <summary>Most descriptors read of one process by <see cref="ProcHost.Scan"/>.</summary>
    public int MaxFdsPerProcess { get; init; } = 65_536;

    /// <summary>Most descriptors read when one unknown thread is looked up; the others are looked up when an event names them.</summary>
    public int MaxFdsPerLookup { get; init; } = 256;

    /// <summary>Most threads read of one process in a look-up.</summary>
    public int MaxThreadsPerLookup { get; init; } = 64;

    /// <summary>The part of one CPU that reading all processes anew (after losses) may take.</summary>
    public double ScanShare { get; init; } = 0.25;

    /// <summary>Most look-ups of unknown threads and descriptors in a second.</summary>
    public int LookupsPerSecond { get; init; } = 2000;

    /// <summary>Most time that look-ups may take of a second: the events wait meanwhile.</summary>
    public TimeSpan LookupTimePerSecond { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the socket tables and mounts that a look-up read serve the next ones.</summary>
    public TimeSpan TableAge { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the event path waits for the users of a mount namespace seen for the first time; after that they come with a later event.</summary>
    public TimeSpan AccountWait { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Most time of a second that such waits take together.</summary>
    public TimeSpan AccountWaitPerSecond { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether ids that no file names are asked of the name service (<c>getent</c>): LDAP, SSSD and the like.</summary>
    public bool UseNameService { get; init; } = true;
}
