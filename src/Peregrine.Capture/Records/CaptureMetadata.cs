namespace Peregrine.Capture;

/// <summary>What a section says before its first event: the machine, its interfaces, users, threads. Absent blocks leave empty lists.</summary>
public sealed class CaptureMetadata
{
    private const string Own = "Peregrine ";

    /// <summary>The program that made the capture, as an option of its first block says; empty where it does not (other programs of the field).</summary>
    public string Application { get; init; } = "";

    /// <summary>Whether this program made it: then it tells what was known beside the events.</summary>
    public bool IsOwn => Application.StartsWith(Own, StringComparison.Ordinal);

    /// <summary>The name under which this program makes captures.</summary>
    public static string ApplicationOf(string version) => Own + version;

    /// <summary>Null where the block is absent (captures of plugins).</summary>
    public MachineInfo? Machine { get; init; }

    public IReadOnlyList<InterfaceRecord> Interfaces { get; init; } = [];

    public IReadOnlyList<UserRecord> Users { get; init; } = [];

    public IReadOnlyList<GroupRecord> Groups { get; init; } = [];

    /// <summary>In the order of the capture, one per thread id; each with its descriptors.</summary>
    public IReadOnlyList<ThreadRecord> Threads { get; init; } = [];
}

/// <summary>The machine that was recorded.</summary>
/// <param name="CpuCount">Number of CPUs.</param>
/// <param name="MemoryBytes">Memory in bytes.</param>
/// <param name="MaxPid">Largest process id.</param>
/// <param name="Hostname">Host name, without a NUL.</param>
/// <param name="BootTime">Nanoseconds since the epoch.</param>
/// <param name="Flags">As the capture has them; 0 today.</param>
public sealed record MachineInfo(uint CpuCount, ulong MemoryBytes, ulong MaxPid, byte[] Hostname, ulong BootTime, ulong Flags)
{
    /// <summary>Two words that no version gives a meaning; carried over when a capture is copied.</summary>
    internal ulong Reserved1 { get; init; }

    internal ulong Reserved2 { get; init; }
}

/// <summary>A user account of the recorded machine. Texts are UTF-8 without a NUL.</summary>
public sealed record UserRecord(uint Uid, uint Gid, byte[] Name, byte[] HomeDir, byte[] Shell);

/// <summary>A group of the recorded machine.</summary>
public sealed record GroupRecord(uint Gid, byte[] Name);

/// <summary>An address of a network interface.</summary>
/// <param name="IsIpv6">Whether the addresses have 16 bytes, else 4.</param>
/// <param name="Address">Network order.</param>
/// <param name="Netmask">Network order.</param>
/// <param name="Broadcast">Network order.</param>
/// <param name="LinkSpeed">Bits per second; 0 when unknown.</param>
/// <param name="Name">Name of the interface.</param>
public sealed record InterfaceRecord(bool IsIpv6, byte[] Address, byte[] Netmask, byte[] Broadcast, ulong LinkSpeed, byte[] Name);
