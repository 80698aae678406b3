using Microsoft.Win32.SafeHandles;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Types;

/// <summary>
/// The running kernel's types for libbpf: in a file in memory those that the probe asks about, and the tracepoints' numbers. By itself libbpf reads the whole, page by page, for each copy of the probe, which took
/// a sixth of a start. Owns the file.
/// </summary>
internal sealed class KernelTypes : IDisposable
{
    private readonly SafeFileHandle _file;

    private KernelTypes(SafeFileHandle file, IReadOnlyList<uint> tracepoints) => (_file, Tracepoints) = (file, tracepoints);

    /// <summary>Where libbpf finds the types, for as long as this is not disposed.</summary>
    public string Path => $"/proc/self/fd/{_file.DangerousGetHandle()}";

    /// <summary>The types of the functions on <see cref="TracepointPrograms.Tracepoints"/>, in their order.</summary>
    public IReadOnlyList<uint> Tracepoints { get; }

    /// <summary>Null where this kernel's types cannot be taken apart: libbpf then does it in its own way, and says what is wrong.</summary>
    /// <param name="elf">The probe.</param>
    public static KernelTypes? Read(ProbeObject elf)
    {
        try
        {
            using var whole = KernelTypeFile.Open("/" + MachineView.TypeInformation);
            var excerpt = TypeExcerpt.Make(whole.Bytes, ElfSections.Find(elf.Bytes, ".BTF"u8), [.. TracepointPrograms.Tracepoints.Select(static t => "btf_trace_" + t)]);
            if (excerpt.Typedefs.Contains(0u)) return null;
            var fd = Libc.MemoryFile("peregrine-types", Libc.MemoryFileCloexec);
            if (fd < 0) return null;
            var file = new SafeFileHandle(fd, ownsHandle: true);
            RandomAccess.Write(file, excerpt.Bytes, 0);
            return new KernelTypes(file, excerpt.Typedefs);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
