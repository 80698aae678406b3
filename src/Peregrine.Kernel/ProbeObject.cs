namespace Peregrine.Kernel;

/// <summary>The compiled probe, which comes in two forms (<c>probe/loops.h</c>): in one the kernel runs the loops, which spares its verifier most of the work; the other is for kernels that cannot.</summary>
internal static class ProbeObject
{
    internal const string WithKernelLoops = "peregrine-loops.bpf.o";
    internal const string Plain = "peregrine.bpf.o";

    /// <summary>The first kernel with <c>bpf_loop</c>; vendors have brought it to older ones too, which take the plain form as well.</summary>
    private static readonly Version FirstWithLoops = new(5, 17);

    internal static bool KernelMayLoop(Version kernel) => kernel >= FirstWithLoops;

    /// <summary>Reads one form.</summary>
    internal static byte[] Read(string form)
    {
        using var stream = typeof(ProbeObject).Assembly.GetManifestResourceStream(form)
            ?? throw new KernelException("this build carries no probe: it was built without clang");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
