namespace Peregrine.Kernel;

/// <summary>
/// The compiled probe, where it is mapped with the program's file: it stays as long as the program runs, and nobody writes to it. It comes in two forms (<c>probe/loops.h</c>): in one the kernel runs the loops, which spares its
/// verifier most of the work; the other is for kernels that cannot.
/// </summary>
internal sealed unsafe class ProbeObject
{
    internal const string WithKernelLoops = "peregrine-loops.bpf.o";
    internal const string Plain = "peregrine.bpf.o";

    /// <summary>The first kernel with <c>bpf_loop</c>; vendors have brought it to older ones too, which take the plain form as well.</summary>
    private static readonly Version FirstWithLoops = new(5, 17);

    private ProbeObject(byte* start, int length)
    {
        Start = start;
        Length = length;
    }

    internal byte* Start { get; }

    internal int Length { get; }

    internal ReadOnlySpan<byte> Bytes => new(Start, Length);

    internal static bool KernelMayLoop(Version kernel) => kernel >= FirstWithLoops;

    /// <summary>Finds one form.</summary>
    internal static ProbeObject Read(string form)
    {
        using var stream = (UnmanagedMemoryStream?)typeof(ProbeObject).Assembly.GetManifestResourceStream(form)
            ?? throw new KernelException("this build carries no probe: it was built without clang");
        return new ProbeObject(stream.PositionPointer, (int)stream.Length);
    }
}
