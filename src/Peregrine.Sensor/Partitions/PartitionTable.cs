using Peregrine.State;

namespace Peregrine.Sensor.Partitions;

/// <summary>Which worker asks the rules about a process's events: always the same, so that what it remembers of the process is worth something.</summary>
/// <remarks>The worker that reads has more to do than the others, and so gets a smaller part of the processes.</remarks>
internal sealed class PartitionTable
{
    private const int Slots = 64;
    private const int SlotBits = 6;

    /// <summary>The golden ratio, so that neighbouring ids go to different workers.</summary>
    private const uint Multiplier = 2_654_435_769;

    private readonly byte[] _owners = new byte[Slots];

    public PartitionTable(int workers)
    {
        // A worker more would leave the reading one half a part.
        var own = Slots / (2 * workers);
        for (var i = own; i < Slots; i++) _owners[i] = (byte)(1 + (i - own) % (workers - 1));
    }

    /// <summary>The worker of an event; 0 is the one that reads.</summary>
    public int OwnerOf(scoped ref EventContext context)
    {
        // Alerts of a container that is not known yet may have to wait, for each other too: one worker has them all.
        if (context.Thread is not { Pid: > 0 and var pid } thread || thread.Container is { Lookup: ContainerLookup.Waiting }) return 0;
        return _owners[(uint)pid * Multiplier >> (32 - SlotBits)];
    }
}
