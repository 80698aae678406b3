namespace Peregrine.State;

/// <summary>Limits of the state and facts of the machine.</summary>
public sealed record StateOptions
{
    /// <summary>Most threads kept.</summary>
    public int MaxThreads { get; init; } = 262_144;

    /// <summary>Most descriptors kept per process.</summary>
    public int MaxFdsPerProcess { get; init; } = 65_536;

    /// <summary>Most bytes of threads and processes with their texts (<see cref="StateBudget"/>).</summary>
    public long ThreadBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most bytes of descriptors.</summary>
    public long FdBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>The host's name, for <c>evt.hostname</c>.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The names of the event sources, by the index in <see cref="EventContext.Source"/>; the first is the system calls'.</summary>
    public IReadOnlyList<string> Sources { get; init; } = ["syscall"];

    /// <summary>Whether descriptors and threads never seen are looked up on the host.</summary>
    public bool LookUpUnknown { get; init; }

    /// <summary>Whether events of fcntl have the argument that the call had. Converted ones of old captures have a 0 there whatever it was, which is not believed.</summary>
    public bool HasFcntlArguments { get; init; }

    /// <summary>Whether the state follows another one, which tells it what it would look up or forget by itself (<see cref="StateReplica"/>).</summary>
    internal bool IsReplica { get; init; }

    /// <summary>How long a thread may be silent before it is asked whether it still exists.</summary>
    public TimeSpan ThreadTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often silent threads are looked for.</summary>
    public TimeSpan PurgeInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a container is remembered after its last thread: events of it may still be under way, and it may be started again.</summary>
    public TimeSpan ContainerLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer of the host about a user or group is believed.</summary>
    public TimeSpan AccountLifetime { get; init; } = TimeSpan.FromMinutes(1);
}
