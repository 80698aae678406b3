using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Peregrine.Kernel.Interop;

namespace Peregrine.Kernel.Types;

/// <summary>
/// Tells libbpf what the kernel wants to know of a program on a tracepoint: the number of that tracepoint's type. Left alone, it looks the number up in all of the kernel's types. It has one table of such handlers
/// for the whole process, and the numbers are the same for as long as the machine runs, so they are told once.
/// </summary>
internal static unsafe class TracepointPrograms
{
    /// <summary>What libbpf takes a program for until it is loaded: nothing that needs types.</summary>
    private const int RawTracepoint = 17;
    private const int Tracing = 26;
    private const int AttachRawTracepoint = 23;

    private static readonly Lock Registering = new();
    private static bool _registered;

    /// <summary>Those that the probe sits on.</summary>
    public static IReadOnlyList<string> Tracepoints { get; } = ["sys_exit", "sched_process_exec", "sched_process_exit"];

    /// <summary>Before an object file is opened with <see cref="KernelTypes"/>.</summary>
    /// <exception cref="KernelException">libbpf refuses.</exception>
    public static void Register(KernelTypes types)
    {
        lock (Registering)
        {
            if (_registered) return;
            for (var i = 0; i < Tracepoints.Count; i++)
            {
                var options = new Libbpf.HandlerOptions { Size = (nuint)sizeof(Libbpf.HandlerOptions), Cookie = (nint)types.Tracepoints[i], PrepareLoad = &PrepareLoad };
                var result = Libbpf.RegisterHandler("tp_btf/" + Tracepoints[i], RawTracepoint, AttachRawTracepoint, &options);
                if (result < 0) throw new KernelException($"libbpf takes no handler for {Tracepoints[i]} ({Marshal.GetPInvokeErrorMessage(-result)})");
            }
            _registered = true;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int PrepareLoad(nint program, Libbpf.LoadOptions* options, nint tracepoint)
    {
        options->AttachType = (uint)tracepoint;
        return Libbpf.SetType(program, Tracing);
    }
}
