using System.Numerics;

namespace Peregrine.Sensor.Live;

/// <summary>The size of each CPU's ring from what the configuration says.</summary>
internal static class RingSize
{
    private const int Smallest = 1024 * 1024;

    /// <summary>
    /// A buffer of 1 MB doubled with each step of the preset is meant for so many CPUs (0: for all). Here every CPU has a ring of its own, in which records have their order and no lock is shared; so
    /// each gets its part of that memory, rounded up to a power of two.
    /// </summary>
    public static int Of(int preset, int cpusPerBuffer, int cpus)
    {
        var buffer = 1024L * 1024 << (preset - 1);
        var part = buffer / (cpusPerBuffer == 0 ? cpus : Math.Min(cpusPerBuffer, cpus));
        return (int)Math.Max(Smallest, BitOperations.RoundUpToPowerOf2((ulong)part));
    }
}
