using System.Numerics;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Rings;

namespace Peregrine.Kernel;

/// <summary>The probe's per-CPU state, mapped for reading: counters, and whether a record is being built. <c>struct pg_cpu</c> in probe/maps.h.</summary>
internal sealed unsafe class CpuStates : IDisposable
{
    /// <summary><c>PG_CLASSES</c>.</summary>
    private const int Classes = 16;

    private const int WrittenAt = 0;
    private const int WakeupsAt = 8;
    private const int GeneratedAt = 16;
    private const int DroppedAt = GeneratedAt + Classes * 8;
    private const int BusyAt = DroppedAt + LossCounts.Reasons * Classes * 8;
    private const int RingShiftAt = BusyAt + 8 * sizeof(uint);

    private readonly MappedMap _memory;
    private readonly nuint _stride;

    /// <param name="fd">The map.</param>
    /// <param name="bytes">The size of one CPU's state.</param>
    /// <param name="cpus">How many there are.</param>
    internal CpuStates(int fd, int bytes, int cpus)
    {
        _stride = Stride(bytes);
        _memory = new MappedMap(fd, _stride * (nuint)cpus, 0, writable: false, "the probe's counters");
    }

    /// <summary>Tells the probe which rings are smaller than the usual, by how many powers of two.</summary>
    internal static void SetRings(int map, int cpuBytes, int cpus, IEnumerable<Ring> rings, int usual)
    {
        var stride = Stride(cpuBytes);
        using var memory = new MappedMap(map, stride * (nuint)cpus, 0, writable: true, "the probe's state of CPUs");
        foreach (var ring in rings) *(uint*)(memory.Start + stride * (nuint)ring.Cpu + RingShiftAt) = (uint)Math.Max(0, BitOperations.Log2((uint)usual) - BitOperations.Log2((uint)ring.Bytes));
    }

    private static nuint Stride(int bytes) => ((nuint)bytes + 7u) / 8 * 8;

    /// <summary>Whether a record of this CPU has begun and is not yet in its ring.</summary>
    internal bool IsBusy(int cpu) => Volatile.Read(ref *(uint*)(At(cpu) + BusyAt)) != 0;

    /// <summary>Losses of one CPU that can leave something wrong in the state.</summary>
    internal ulong LostChanges(int cpu)
    {
        ulong sum = 0;
        for (var reason = 0; reason < LossCounts.Reasons; reason++)
            for (var of = 0; of < EventClasses.Count; of++)
                if (EventClasses.ChangesState((EventClass)of)) sum += Counter(cpu, DroppedAt + (reason * Classes + of) * 8);
        return sum;
    }

    internal CpuStatistics Snapshot(int cpu, ulong read)
    {
        var generated = new ulong[EventClasses.Count];
        var dropped = new ulong[LossCounts.Reasons * EventClasses.Count];
        // The losses first: an event that comes meanwhile may then be generated and not yet told as lost, never the other way round.
        for (var i = 0; i < dropped.Length; i++) dropped[i] = Counter(cpu, DroppedAt + (i / EventClasses.Count * Classes + i % EventClasses.Count) * 8);
        for (var i = 0; i < generated.Length; i++) generated[i] = Counter(cpu, GeneratedAt + i * 8);
        return new CpuStatistics(cpu, Counter(cpu, WrittenAt), read, Counter(cpu, WakeupsAt), new LossCounts(generated, dropped));
    }

    public void Dispose() => _memory.Dispose();

    private byte* At(int cpu) => _memory.Start + _stride * (nuint)cpu;

    private ulong Counter(int cpu, int offset) => Volatile.Read(ref *(ulong*)(At(cpu) + offset));
}
