using Peregrine.Events;
using Peregrine.Kernel;

namespace Peregrine.Sensor.Budgets;

/// <summary>What the sensor does without to keep within its budget; each step includes those before it, but for the first one when there is memory enough.</summary>
internal enum SheddingLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Memory only: garbage is collected, half of what may be remembered of processes and descriptors.</summary>
    State,

    /// <summary>Reads, writes, waits and memory calls are not recorded.</summary>
    Bulk,

    /// <summary>Nor are files, directories and sockets: what is left is the life of processes, which is never given up.</summary>
    Files,
}

/// <summary>Which system calls are still recorded at a level.</summary>
internal static class Shedding
{
    public static string Name(SheddingLevel level) => level switch
    {
        SheddingLevel.None => "nothing",
        SheddingLevel.State => "half of the state",
        SheddingLevel.Bulk => "reads and writes",
        _ => "reads, writes, files and sockets",
    };

    public static IEnumerable<SyscallCode> Keep(IEnumerable<SyscallCode> wanted, SheddingLevel level) => level switch
    {
        SheddingLevel.Bulk => wanted.Where(static code => Rank(code) < EventRank.Bulk),
        SheddingLevel.Files => wanted.Where(static code => Rank(code) == EventRank.Process),
        _ => wanted,
    };

    /// <summary>That of the weightiest of its events.</summary>
    private static EventRank Rank(SyscallCode code)
    {
        // The ends of threads come from a tracepoint of their own.
        if (code == SyscallCode.SchedProcessExit) return EventRank.Process;
        var rank = EventRank.Bulk;
        foreach (var type in EventSchema.Get(code).Events)
            if (!EventSchema.Get(type).Has(EventFlags.OldVersion) && EventClasses.Rank(type) < rank) rank = EventClasses.Rank(type);
        return rank;
    }
}
