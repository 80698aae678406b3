using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Privileges;

namespace Peregrine.Kernel;

/// <summary>The compiled probe in libbpf's hands: open, set up, load, attach. Owns the programs, maps and links.</summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private readonly byte* _bytes;
    private readonly List<nint> _links = [];
    private readonly Dictionary<string, nint> _programs = new(StringComparer.Ordinal);
    private nint _handle;

    internal BpfObject(ReadOnlySpan<byte> elf)
    {
        // libbpf reads the ELF until the object is loaded, so the bytes stay as long as the object.
        _bytes = (byte*)NativeMemory.Alloc((nuint)elf.Length);
        elf.CopyTo(new Span<byte>(_bytes, elf.Length));
        using var log = new LibbpfLog();
        _handle = Open(_bytes, elf.Length);
        if (_handle == 0)
        {
            NativeMemory.Free(_bytes);
            throw new KernelException("libbpf cannot read the probe's object file: is libbpf 1.0 or newer installed (package libbpf1)?", log.ToString());
        }
        for (var program = Libbpf.NextProgram(_handle, 0); program != 0; program = Libbpf.NextProgram(_handle, program))
            _programs[Marshal.PtrToStringUTF8(Libbpf.ProgramName(program))!] = program;
    }

    /// <summary>
    /// Types that are not the kernel's are looked for in its modules (overlayfs is one on some), which takes CAP_SYS_ADMIN; libbpf before 1.2 gives up without it. Told to take the kernel's types from the file, it looks
    /// no further: what modules have is then left out of the events.
    /// </summary>
    private static nint Open(byte* bytes, int length)
    {
        if (CapabilitySet.Parse(File.ReadAllText("/proc/self/status"), "CapEff") is { } effective && effective.Has(Capability.SysAdmin)) return Libbpf.ObjectOpen(bytes, (nuint)length, 0);
        fixed (byte* types = "/sys/kernel/btf/vmlinux\0"u8)
        {
            var options = new Libbpf.OpenOptions { Size = (nuint)sizeof(Libbpf.OpenOptions), TypesPath = (nint)types };
            return Libbpf.ObjectOpen(bytes, (nuint)length, (nint)(&options));
        }
    }

    internal IEnumerable<string> ProgramNames => _programs.Keys;

    internal void Load()
    {
        using var log = new LibbpfLog();
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

    /// <summary>Descriptors that must stay open for the probe to stay attached and whole: of all maps and links.</summary>
    internal IReadOnlyList<int> Held
    {
        get
        {
            var held = new List<int>();
            for (var map = Libbpf.NextMap(_handle, 0); map != 0; map = Libbpf.NextMap(_handle, map)) held.Add(Libbpf.MapFd(map));
            foreach (var link in _links) held.Add(Libbpf.LinkFd(link));
            return held;
        }
    }

    internal nint Map(string name)
    {
        var map = Libbpf.FindMap(_handle, name);
        return map != 0 ? map : throw new KernelException($"the probe has no map {name}: probe and sensor are of different versions");
    }

    internal int MapFd(string name) => Libbpf.MapFd(Map(name));

    /// <summary>Copies a structure into a read-only data section. Before <see cref="Load"/> only.</summary>
    internal void SetInitialValue<T>(string map, in T value)
        where T : unmanaged
    {
        var bytes = Libbpf.InitialValue(Map(map), out var size);
        if (bytes is null || size < (nuint)sizeof(T)) throw new KernelException($"the probe's map {map} has another layout: probe and sensor are of different versions");
        *(T*)bytes = value;
    }

    internal void SetMaxEntries(string map, int entries) => Check(Libbpf.SetMaxEntries(Map(map), (uint)entries), map);

    internal void SetInnerMap(string map, int fd) => Check(Libbpf.SetInnerMap(Map(map), fd), map);

    internal void Update(string map, uint key, int fd)
    {
        Check(Libbpf.MapUpdate(MapFd(map), &key, &fd, 0), map);
    }

    internal void Attach(string program)
    {
        using var log = new LibbpfLog();
        var link = Libbpf.Attach(_programs[program]);
        if (link == 0) throw new KernelException($"cannot attach {program} to its tracepoint ({Marshal.GetLastPInvokeErrorMessage()})", log.ToString());
        _links.Add(link);
    }

    public void Dispose()
    {
        if (_handle == 0) return;
        foreach (var link in _links) _ = Libbpf.LinkDestroy(link);
        _links.Clear();
        Libbpf.ObjectClose(_handle);
        NativeMemory.Free(_bytes);
        _handle = 0;
    }

    private static void Check(int result, string map)
    {
        if (result < 0) throw new KernelException($"cannot set up the probe's map {map} ({Marshal.GetPInvokeErrorMessage(-result)})");
    }
}
