using System.Runtime.InteropServices;

namespace Peregrine.Kernel;

/// <summary>What the probe is told before it is loaded: <c>struct pg_settings</c> in probe/maps.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProbeSettings
{
    /// <summary>Of the epoch, in nanoseconds.</summary>
    public ulong BootTime;
    public int OwnThreadGroup;
    public uint SnapLength;
    public uint WakeBytes;
    public uint LookBytes;
    public uint DropFailed;
    public uint FrontCpus;

    /// <summary>By rank: <c>PG_RANKS</c>.</summary>
    public fixed uint Room[Ranks];

    /// <summary>Class and rank of each event type: <c>PG_EVENT_TYPES</c> and <c>PG_RANK_SHIFT</c>.</summary>
    public fixed byte Kinds[EventTypes];

    public const int EventTypes = 512;
    public const int Ranks = 4;

    /// <summary>
    /// Sets what depends on a ring's size. Bulk may fill half of it, files three quarters; processes all. The fill is looked at every 64th, which is the most by which the two can go
    /// beyond that.
    /// </summary>
    public void SetRing(int bytes)
    {
        WakeBytes = (uint)bytes / 4;
        LookBytes = (uint)bytes / 64;
        Room[(int)EventRank.Bulk] = (uint)bytes / 2;
        Room[(int)EventRank.File] = (uint)bytes / 4 * 3;
        Room[(int)EventRank.Process] = uint.MaxValue;
    }

    /// <summary>Puts in the class and rank of all event types.</summary>
    public void SetKinds()
    {
        for (var type = 0; type < EventTypes; type++)
            Kinds[type] = (byte)((int)EventClasses.Class((Events.EventType)type) | (int)EventClasses.Rank((Events.EventType)type) << 4);
    }
}
