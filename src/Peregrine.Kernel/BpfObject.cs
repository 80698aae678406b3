using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Privileges;
using Peregrine.Kernel.Types;

namespace Peregrine.Kernel;

/// <summary>A copy of the compiled probe in libbpf's hands: open, set up, load, attach. Owns the programs and links.</summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private readonly List<int> _links = [];
    private readonly Dictionary<string, nint> _programs = new(StringComparer.Ordinal);
    private nint _handle;

    /// <param name="elf">The object file.</param>
    /// <param name="types">The kernel's types that it needs; null to have libbpf look for them.</param>
    internal BpfObject(ProbeObject elf, KernelTypes? types)
    {
        if (types is not null) TracepointPrograms.Register(types);
        using var log = new LibbpfLog();
        _handle = Open(elf.Start, elf.Length, types?.Path);
        if (_handle == 0) throw new KernelException("libbpf cannot read the probe's object file: is libbpf 1.0 or newer installed (package libbpf1)?", log.ToString());
        for (var program = Libbpf.NextProgram(_handle, 0); program != 0; program = Libbpf.NextProgram(_handle, program))
            _programs[Marshal.PtrToStringUTF8(Libbpf.ProgramName(program))!] = program;
    }

    /// <summary>
    /// Types that are not the kernel's are looked for in its modules (overlayfs is one on some), which takes CAP_SYS_ADMIN; libbpf before 1.2 gives up without it. Told to take the kernel's types from a file, it looks
    /// no further: what modules have is then left out of the events.
    /// </summary>
    private static nint Open(byte* bytes, int length, string? types)
    {
        if (types is null && !(CapabilitySet.Parse(File.ReadAllText("/proc/self/status"), "CapEff") is { } effective && effective.Has(Capability.SysAdmin))) types = "/" + MachineView.TypeInformation;
        var path = Marshal.StringToCoTaskMemUTF8(types);
        // With a name of its own, the maps of data sections are called alike in all copies.
        fixed (byte* name = "peregrine\0"u8)
        {
            var options = new Libbpf.OpenOptions { Size = (nuint)sizeof(Libbpf.OpenOptions), Name = (nint)name, TypesPath = path };
            var opened = Libbpf.ObjectOpen(bytes, (nuint)length, (nint)(&options));
            Marshal.FreeCoTaskMem(path);
            return opened;
        }
    }

    /// <summary>All programs of the object file, and how many instructions each has.</summary>
    internal IReadOnlyList<ProgramSize> Programs
    {
        get
        {
            var programs = new List<ProgramSize>(_programs.Count);
            foreach (var (name, program) in _programs) programs.Add(new(name, (int)Libbpf.InstructionCount(program)));
            return programs;
        }
    }

    /// <summary>The maps that it declares, as they were set up.</summary>
    internal IReadOnlyList<MapDefinition> Maps
    {
        get
        {
            var maps = new List<MapDefinition>();
            for (var map = Libbpf.NextMap(_handle, 0); map != 0; map = Libbpf.NextMap(_handle, map))
                maps.Add(new MapDefinition(Name(map), Libbpf.MapType(map), Libbpf.MapKeySize(map), Libbpf.MapValueSize(map), Libbpf.MapMaxEntries(map), Libbpf.MapFlags(map), (nint)Libbpf.InitialValue(map, out _)));
            return maps;
        }
    }

    /// <summary>Loads some of the programs, over maps that were made for all.</summary>
    /// <exception cref="KernelException">The kernel refuses one; the message says why.</exception>
    internal void Load(IReadOnlySet<string> programs, ProbeMaps maps)
    {
        using var log = new LibbpfLog();
        for (var map = Libbpf.NextMap(_handle, 0); map != 0; map = Libbpf.NextMap(_handle, map))
        {
            var name = Name(map);
            Check(Libbpf.ReuseMap(map, maps.Fd(name)), name);
        }
        foreach (var (name, program) in _programs) Check(Libbpf.SetLoaded(program, programs.Contains(name)), name);
        var error = Libbpf.ObjectLoad(_handle);
        if (error == 0) return;
        throw new KernelException($"the kernel refuses the probe ({Marshal.GetPInvokeErrorMessage(-error)}): {KernelFeatures.Hint(-error)}", log.ToString());
    }

    /// <summary>The descriptor of a loaded program, or -1 when the probe has none of that name.</summary>
    internal int ProgramFd(string name) => _programs.TryGetValue(name, out var program) ? Libbpf.ProgramFd(program) : -1;

    /// <summary>What the verifier had to do with a loaded program: instructions that it has, and instructions that were walked on all paths (0 where the kernel, before 5.16, does not tell).</summary>
    internal (int Instructions, int Walked) Verified(string program)
    {
        // struct bpf_prog_info of linux/bpf.h, in words of 32 bits: xlated_prog_len, in bytes of 8 an instruction, and verified_insns.
        const int Words = 58, Length = 5, Walked = 54;
        var info = stackalloc uint[Words];
        new Span<uint>(info, Words).Clear();
        uint size = Words * sizeof(uint);
        return Libbpf.GetInfo(ProgramFd(program), info, &size) == 0 ? ((int)info[Length] / 8, (int)info[Walked]) : default;
    }

    /// <summary>Descriptors of what attaches its programs.</summary>
    internal IEnumerable<int> Links => _links;

    /// <summary>Copies a structure into a read-only data section. Before <see cref="Load"/> only.</summary>
    internal void SetInitialValue<T>(string map, in T value)
        where T : unmanaged
    {
        var bytes = Libbpf.InitialValue(Map(map), out var size);
        if (bytes is null || size < (nuint)sizeof(T)) throw new KernelException($"the probe's map {map} has another layout: probe and sensor are of different versions");
        *(T*)bytes = value;
    }

    internal void SetMaxEntries(string map, int entries) => Check(Libbpf.SetMaxEntries(Map(map), (uint)entries), map);

    internal void Attach(string program)
    {
        var link = Libbpf.Attach(0, ProgramFd(program));
        if (link < 0) throw new KernelException($"cannot attach {program} to its tracepoint ({Marshal.GetPInvokeErrorMessage(-link)})");
        _links.Add(link);
    }

    public void Dispose()
    {
        if (_handle == 0) return;
        foreach (var link in _links) _ = Libc.Close(link);
        _links.Clear();
        Libbpf.ObjectClose(_handle);
        _handle = 0;
    }

    private nint Map(string name)
    {
        var map = Libbpf.FindMap(_handle, name);
        return map != 0 ? map : throw new KernelException($"the probe has no map {name}: probe and sensor are of different versions");
    }

    private static string Name(nint map) => Marshal.PtrToStringUTF8(Libbpf.MapName(map))!;

    private static void Check(int result, string what)
    {
        if (result < 0) throw new KernelException($"cannot set up the probe's {what} ({Marshal.GetPInvokeErrorMessage(-result)})");
    }
}
