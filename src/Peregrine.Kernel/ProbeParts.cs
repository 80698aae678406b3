using Peregrine.Kernel.Types;

namespace Peregrine.Kernel;

/// <summary>What loading the probe needs beside its options: its object file, and the kernel's types for it. Can be read while the options are still being found out.</summary>
public sealed class ProbeParts : IDisposable
{
    private ProbeParts(ProbeObject elf, bool hasKernelLoops) => (Elf, HasKernelLoops, Types) = (elf, hasKernelLoops, KernelTypes.Read(elf));

    /// <summary>The object file.</summary>
    internal ProbeObject Elf { get; }

    /// <summary>Whether it is the form whose loops the kernel runs.</summary>
    internal bool HasKernelLoops { get; }

    /// <summary>Null where libbpf has to look for them.</summary>
    internal KernelTypes? Types { get; }

    /// <summary>Those that suit this kernel best.</summary>
    /// <exception cref="KernelException">There is no probe in this build.</exception>
    public static ProbeParts Read() => Read(ProbeObject.KernelMayLoop(Environment.OSVersion.Version));

    public void Dispose() => Types?.Dispose();

    internal static ProbeParts Read(bool withKernelLoops) => new(ProbeObject.Read(withKernelLoops ? ProbeObject.WithKernelLoops : ProbeObject.Plain), withKernelLoops);
}
