using Peregrine.Outputs;

namespace Peregrine.Sensor.Configuration;

/// <summary>Everything the sensor was told, checked and typed. Immutable.</summary>
public sealed record SensorConfiguration
{
    /// <summary>The files it came from, the main one first; empty for the built-in defaults.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required EngineOptions Engine { get; init; }

    public required RuleOptions Rules { get; init; }

    public required AlertOptions Alerts { get; init; }

    public required OutputOptions Outputs { get; init; }

    public required LogOptions Log { get; init; }

    public required DropOptions Drops { get; init; }

    /// <summary>How long the reference's engine waits for an event before it counts a timeout.</summary>
    public static TimeSpan EventTimeout { get; } = TimeSpan.FromMilliseconds(30);

    /// <summary>After how long without any event an alert says so.</summary>
    public required TimeSpan LongestSilence { get; init; }

    public required BaseSyscallOptions BaseSyscalls { get; init; }

    public required IReadOnlyList<PluginOptions> Plugins { get; init; }

    public required MetricsOptions Metrics { get; init; }

    public required WebOptions Web { get; init; }

    public required BudgetOptions Budget { get; init; }

    /// <summary>Null when the gRPC server is off.</summary>
    public required GrpcOptions? Grpc { get; init; }

    /// <summary>Whether changes of the files are noticed; SIGHUP reloads in any case.</summary>
    public required bool WatchFiles { get; init; }

    public required CaptureOptions Capture { get; init; }

    public required PrivilegeOptions Privileges { get; init; }

    /// <summary>How containers are asked about; null when the container plugin is not loaded.</summary>
    public required ContainerSettings? Containers { get; init; }
}

/// <summary>Where events come from.</summary>
public enum EngineKind
{
    /// <summary>The eBPF probe; the reference's names for its drivers all mean it.</summary>
    Kernel,
    /// <summary>A capture file.</summary>
    Replay,
    /// <summary>Nowhere.</summary>
    NoDriver,
}

/// <remarks><c>BufferSizePreset</c>: 1 to 10: a ring of 1 MB doubled with each step; 4 is 8 MB. <c>CpusPerBuffer</c>: How many CPUs that memory is for; 0 for all. <c>SnapLength</c>: Most bytes recorded of what is read or written.</remarks>
/// <remarks><c>Workers</c>: how many threads ask the rules, the one that reads among them.</remarks>
public sealed record EngineOptions(EngineKind Kind, string CaptureFile, int BufferSizePreset, int CpusPerBuffer, bool DropFailed, int SnapLength, StateLimits State, int Workers = 1);

/// <summary>How much is remembered of the machine, and for how long.</summary>
/// <param name="Threads">Most threads.</param>
/// <param name="ThreadBytes">Most bytes of threads.</param>
/// <param name="DescriptorBytes">Most bytes of descriptors.</param>
/// <param name="PurgeInterval">How often silent threads are looked for.</param>
/// <param name="ThreadTimeout">How long a thread may be silent before it is asked whether it still exists.</param>
public sealed record StateLimits(int Threads, long ThreadBytes, long DescriptorBytes, TimeSpan PurgeInterval, TimeSpan ThreadTimeout);

/// <summary>Which rules are loaded, which of them are enabled and how they match.</summary>
/// <remarks><c>FilesConfigured</c>: Whether the configuration names rules files at all, be it none. <c>AsksNameServers</c>: whether hosts that rules name are looked up beyond the hosts file.</remarks>
public sealed record RuleOptions(
    IReadOnlyList<string> Files,
    bool FilesConfigured,
    IReadOnlyList<RuleSelectionEntry> Selection,
    AlertPriority Priority,
    bool MatchAll,
    IReadOnlyList<AppendOutputEntry> AppendOutput,
    IReadOnlyDictionary<string, string> StaticFields,
    bool StrictSemantics,
    bool AsksNameServers);

/// <summary>One step of <c>rules:</c>: enables or disables the rules whose name fits a pattern, or that carry a tag.</summary>
public sealed record RuleSelectionEntry(bool Enable, string? Rule, string? Tag);

/// <summary>One entry of <c>append_output</c>: what is added to the output of the rules that match. Null and empty constraints match every rule.</summary>
public sealed record AppendOutputEntry(
    string? Source,
    string? Rule,
    IReadOnlyList<string> Tags,
    string? ExtraOutput,
    IReadOnlyList<ExtraField> ExtraFields,
    bool SuggestedOutput);

/// <remarks><c>Format</c>: The format to resolve under that key; null for the field itself with its own type.</remarks>
public sealed record ExtraField(string Key, string? Format);

/// <summary>How alerts are written.</summary>
public sealed record AlertOptions(bool Json, bool IncludeOutput, bool IncludeTags, bool IncludeMessage, bool IncludeOutputFields, bool IsoTime)
{
    /// <summary>Whether alerts carry their parts too, for an output that sends them apart.</summary>
    public bool WithParts { get; init; }

    /// <summary>Whether the data of reads and writes is shown in base64.</summary>
    public bool Base64Buffers { get; init; }
}

/// <summary>Where alerts go; null for an output that is off.</summary>
public sealed record OutputOptions(
    bool Stdout,
    bool Buffered,
    FileOutputOptions? File,
    SyslogOptions? Syslog,
    ProgramOutputOptions? Program,
    HttpDelivery? Http,
    TimeSpan Timeout,
    QueueOptions Queue);

public sealed record FileOutputOptions(string Path, bool KeepOpen);

public sealed record ProgramOutputOptions(string Command, bool KeepRunning, TimeSpan Timeout);

/// <remarks><c>Spool</c>: null for alerts that wait in memory alone.</remarks>
public sealed record HttpDelivery(HttpOutputOptions Options, RetryOptions Retry, SpoolOptions? Spool);

/// <remarks><c>Level</c>: The least grave messages that are logged.</remarks>
public sealed record LogOptions(bool Stderr, bool Syslog, AlertPriority Level, bool IsoTime);

/// <summary>What happens when the kernel had to drop events.</summary>
[Flags]
public enum DropActions
{
    None = 0,
    Log = 1,
    Alert = 2,
    Exit = 4,
}

/// <remarks><c>Threshold</c>: The share of dropped events, 0 to 1, below which nothing happens. <c>Rate</c>: Actions per second that the token bucket gains. <c>MaxBurst</c>: Its size.</remarks>
public sealed record DropOptions(DropActions Actions, double Threshold, double Rate, double MaxBurst, bool Simulate);

/// <summary>Which syscalls the state needs, when the default is not wanted.</summary>
public sealed record BaseSyscallOptions(IReadOnlyList<string> CustomSet, bool Repair, bool All);

public sealed record PluginOptions(string Name, string LibraryPath, ConfigNode? InitConfig, string OpenParams);
