using System.Runtime.InteropServices;

namespace Peregrine.LiveTests.Harness;

/// <summary>
/// The probe's counters as the kernel has them, read beside the sensor: the map is found through the sensor's open descriptors and held, so that its last figures can be read after the
/// sensor has ended. Layout: <c>struct pg_cpu</c> in probe/maps.h.
/// </summary>
public sealed unsafe partial class KernelCounters : IDisposable
{
    private const string MapName = "pg_cpus";
    private const int Classes = 16;
    private const int Reasons = 6;
    private readonly int _fd;
    private readonly int _valueSize;
    private readonly int _cpus;

    private KernelCounters(int fd, int valueSize, int cpus) => (_fd, _valueSize, _cpus) = (fd, valueSize, cpus);

    /// <summary>The counters of a running sensor.</summary>
    public static KernelCounters Of(SensorProcess sensor)
    {
        foreach (var file in Directory.EnumerateFiles($"/proc/{sensor.Id}/fdinfo"))
        {
            var id = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("map_id:", StringComparison.Ordinal));
            if (id is null) continue;
            var fd = MapById(uint.Parse(id[7..].Trim(), System.Globalization.CultureInfo.InvariantCulture));
            if (fd < 0) throw new InvalidOperationException($"cannot open the sensor's map (error {-fd})");
            var info = new MapInfo();
            var size = (uint)sizeof(MapInfo);
            if (InfoByFd(fd, &info, &size) == 0 && Marshal.PtrToStringUTF8((nint)info.Name) == MapName) return new KernelCounters(fd, (int)info.ValueSize, (int)info.MaxEntries);
            _ = Close(fd);
        }
        throw new InvalidOperationException("the sensor holds no map of counters");
    }

    /// <summary>Of all CPUs: events generated, written to a ring, and dropped.</summary>
    public (ulong Generated, ulong Written, ulong Dropped) Read()
    {
        var value = new byte[_valueSize];
        ulong generated = 0, written = 0, dropped = 0;
        for (var cpu = 0; cpu < _cpus; cpu++)
        {
            fixed (byte* at = value)
                if (LookUp(_fd, &cpu, at) < 0) throw new InvalidOperationException("cannot read the sensor's map");
            var counters = MemoryMarshal.Cast<byte, ulong>(value);
            written += counters[0];
            foreach (var count in counters.Slice(2, Classes)) generated += count;
            foreach (var count in counters.Slice(2 + Classes, Reasons * Classes)) dropped += count;
        }
        return (generated, written, dropped);
    }

    public void Dispose() => _ = Close(_fd);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_map_get_fd_by_id")]
    private static partial int MapById(uint id);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_obj_get_info_by_fd")]
    private static partial int InfoByFd(int fd, MapInfo* info, uint* size);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_map_lookup_elem")]
    private static partial int LookUp(int fd, void* key, void* value);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    /// <summary>The beginning of <c>struct bpf_map_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MapInfo
    {
        public uint Type;
        public uint Id;
        public uint KeySize;
        public uint ValueSize;
        public uint MaxEntries;
        public uint Flags;
        public fixed byte Name[16];
    }
}
