using Peregrine.Kernel.Interop;

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

    private readonly MappedMap _memory;
    private readonly nuint _stride;

    internal CpuStates(nint map, int cpus)
    {
        _stride = (Libbpf.MapValueSize(map) + 7u) / 8 * 8;
        _memory = new MappedMap(Libbpf.MapFd(map), _stride * (nuint)cpus, 0, writable: false, "the probe's counters");
    }

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
