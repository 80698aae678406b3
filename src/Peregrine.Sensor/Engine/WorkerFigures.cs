using Peregrine.Kernel;
using Peregrine.Sensor.Partitions;
using Peregrine.Sensor.Profiling;
using Peregrine.State;

namespace Peregrine.Sensor.Engine;

/// <summary>What the worker's tables and counters said at one moment. Immutable, so it can be carried to other threads.</summary>
internal sealed record WorkerFigures
{
    /// <summary>Events that the rules have seen.</summary>
    public ulong Events { get; init; }

    /// <summary>The probe's counts; null when events do not come from it.</summary>
    public KernelStatistics? Kernel { get; init; }

    public int Threads { get; init; }

    public long Descriptors { get; init; }

    /// <summary>Memory for threads, about.</summary>
    public long ThreadBytes { get; init; }

    /// <summary>Memory for descriptors, about.</summary>
    public long DescriptorBytes { get; init; }

    public int Containers { get; init; }

    public int ContainersWithoutImage { get; init; }

    /// <summary>Alerts by the name of their rule, over all generations.</summary>
    public IReadOnlyDictionary<string, ulong> Matches { get; init; } = new Dictionary<string, ulong>();

    /// <summary>What the programs of the probe cost, when the kernel counts it.</summary>
    public IReadOnlyList<ProgramCost> Programs { get; init; } = [];

    /// <summary>What was read of the machine before the first event.</summary>
    public ScanCounts Scan { get; init; } = new();

    /// <summary>Threads that found the table full.</summary>
    public ulong ThreadsRefused { get; init; }

    /// <summary>What events cost, reckoned from samples; null where that is not measured.</summary>
    public ProfileFigures? Profile { get; init; }

    /// <summary>What each of several workers has done, the one that reads first; empty for one.</summary>
    public IReadOnlyList<PartitionFigures> Workers { get; init; } = [];

    /// <summary>A copy of the state's counters.</summary>
    public StateStatistics State { get; init; } = new();
}
