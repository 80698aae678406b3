using System.Runtime.InteropServices;

namespace Peregrine.Kernel;

/// <summary>What the probe is told before it is loaded: <c>struct pg_settings</c> in probe/maps.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProbeSettings
{
    /// <summary>Of the epoch, in nanoseconds.</summary>
    public ulong BootTime;
    public int OwnThreadGroup;
    public uint SnapLength;
    public uint WakeBytes;
    public uint Padding;
}
