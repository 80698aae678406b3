using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel;

/// <summary>A map as the probe's object file declares it.</summary>
/// <param name="Name">In the object file; the kernel keeps its first 15 characters.</param>
/// <param name="Type">A number of <c>enum bpf_map_type</c>.</param>
/// <param name="KeySize">Bytes.</param>
/// <param name="ValueSize">Bytes.</param>
/// <param name="Entries">The most that it holds.</param>
/// <param name="Flags">Of its creation.</param>
/// <param name="InitialValue">What a data section begins with, in libbpf's hands; 0 for other maps.</param>
internal readonly record struct MapDefinition(string Name, int Type, uint KeySize, uint ValueSize, uint Entries, uint Flags, nint InitialValue);

/// <summary>The probe's maps in the kernel, made once for all copies of its object file. Owns their descriptors.</summary>
internal sealed unsafe class ProbeMaps : IDisposable
{
    private const int ArrayOfMaps = 12;
    private const uint ReadOnlyForPrograms = 1 << 7;

    private readonly Dictionary<string, (int Fd, uint ValueSize)> _maps = new(StringComparer.Ordinal);

    /// <param name="definitions">All maps of the object file.</param>
    /// <param name="ring">A map of the kind that the array of maps holds.</param>
    /// <exception cref="KernelException">The kernel refuses one.</exception>
    internal ProbeMaps(IEnumerable<MapDefinition> definitions, int ring)
    {
        try
        {
            foreach (var definition in definitions) _maps.Add(definition.Name, (Create(definition, ring), definition.ValueSize));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal IEnumerable<int> Fds => _maps.Values.Select(static m => m.Fd);

    internal int Fd(string name) => Map(name).Fd;

    internal int ValueSize(string name) => (int)Map(name).ValueSize;

    /// <summary>Puts a descriptor into a map of descriptors.</summary>
    internal void Update(string name, uint key, int fd)
    {
        var result = Libbpf.MapUpdate(Fd(name), &key, &fd, 0);
        if (result < 0) throw Refused(name, -result);
    }

    public void Dispose()
    {
        foreach (var fd in Fds) _ = Libc.Close(fd);
        _maps.Clear();
    }

    private static int Create(MapDefinition definition, int ring)
    {
        var options = new Libbpf.MapOptions { Size = (nuint)sizeof(Libbpf.MapOptions), Flags = definition.Flags, InnerMap = definition.Type == ArrayOfMaps ? ring : 0 };
        var fd = Libbpf.MapCreate(definition.Type, definition.Name, definition.KeySize, definition.ValueSize, definition.Entries, (nint)(&options));
        if (fd < 0) throw Refused(definition.Name, -fd);
        uint first = 0;
        var result = definition.InitialValue == 0 ? 0 : Libbpf.MapUpdate(fd, &first, (void*)definition.InitialValue, 0);
        // Only what can no longer change is a constant to the verifier.
        if (result == 0 && definition.InitialValue != 0 && (definition.Flags & ReadOnlyForPrograms) != 0) result = Libbpf.FreezeMap(fd);
        if (result == 0) return fd;
        _ = Libc.Close(fd);
        throw Refused(definition.Name, -result);
    }

    private (int Fd, uint ValueSize) Map(string name) =>
        _maps.TryGetValue(name, out var map) ? map : throw new KernelException($"the probe has no map {name}: probe and sensor are of different versions");

    private static KernelException Refused(string map, int error) => new($"cannot set up the probe's map {map} (error {error}): {KernelFeatures.Hint(error)}");
}
