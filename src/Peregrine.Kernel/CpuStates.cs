using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel;

/// <summary>The probe's per-CPU state, mapped for reading: counters, and whether a record is being built. <c>struct pg_cpu</c> in probe/maps.h.</summary>
internal sealed unsafe class CpuStates : IDisposable
{
    private const int Reasons = 5;
    private const int GeneratedAt = 0;
    private const int WrittenAt = 8;
    private const int DroppedAt = 16;
    private const int WakeupsAt = DroppedAt + Reasons * 8;
    private const int BusyAt = WakeupsAt + 8;

    private readonly MappedMap _memory;
    private readonly nuint _stride;

    internal CpuStates(nint map, int cpus)
    {
        _stride = (Libbpf.MapValueSize(map) + 7u) / 8 * 8;
        _memory = new MappedMap(Libbpf.MapFd(map), _stride * (nuint)cpus, 0, writable: false, "the probe's counters");
    }

    /// <summary>Whether a record of this CPU has begun and is not yet in its ring.</summary>
    internal bool IsBusy(int cpu) => Volatile.Read(ref *(uint*)(At(cpu) + BusyAt)) != 0;

    internal CpuStatistics Snapshot(int cpu, ulong read)
    {
        var dropped = new ulong[Reasons];
        for (var reason = 0; reason < Reasons; reason++) dropped[reason] = Counter(cpu, DroppedAt + reason * 8);
        return new(cpu, Counter(cpu, GeneratedAt), Counter(cpu, WrittenAt), read, Counter(cpu, WakeupsAt), dropped);
    }

    public void Dispose() => _memory.Dispose();

    private byte* At(int cpu) => _memory.Start + _stride * (nuint)cpu;

    private ulong Counter(int cpu, int offset) => Volatile.Read(ref *(ulong*)(At(cpu) + offset));
}
