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
    public uint Padding;

    /// <summary>Class and rank of each event type: <c>PG_EVENT_TYPES</c> and <c>PG_RANK_SHIFT</c>.</summary>
    public fixed byte Kinds[EventTypes];

    public const int EventTypes = 512;

    /// <summary>Puts in the class and rank of all event types.</summary>
    public void SetKinds()
    {
        for (var type = 0; type < EventTypes; type++)
            Kinds[type] = (byte)((int)EventClasses.Class((Events.EventType)type) | (int)EventClasses.Rank((Events.EventType)type) << 4);
    }
}
