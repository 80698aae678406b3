using Peregrine.Kernel.Interop;
using Peregrine.Kernel.Privileges;

namespace Peregrine.Kernel;

/// <summary>What the kernel and this process's rights must offer, checked before loading so that a refusal names its reason.</summary>
public static class KernelFeatures
{
    private const int Eperm = 1;
    private const int Eacces = 13;
    private const int Enomem = 12;
    private const int E2Big = 7;
    private const int Einval = 22;

    /// <summary>Throws <see cref="KernelException"/> for the first thing that is missing.</summary>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux()) throw new KernelException("watching system calls needs Linux: to replay a capture, give it with -o engine.kind=replay");
        var machine = new MachineView();
        CheckCapabilities(machine.Status);
        if (!machine.Has(MachineView.TypeInformation))
            throw new KernelException($"this kernel has no type information (/{MachineView.TypeInformation} is missing): use a kernel built with CONFIG_DEBUG_INFO_BTF=y (5.11 or newer; distribution kernels since 2021 have it), and mount sysfs at /sys");
        if (!machine.HasLibbpf) throw new KernelException($"the library {Libbpf.Library} is missing: install libbpf 1.0 or newer (package libbpf1)");
        if (machine.MakeRing() is not 0 and var error) throw new KernelException($"the kernel refuses a BPF ring buffer (error {error}): {Hint(error)}");
    }

    /// <summary>Checks the effective capabilities that <c>/proc/self/status</c> lists.</summary>
    internal static void CheckCapabilities(string status)
    {
        if (CapabilitySet.Parse(status, "CapEff") is not { } effective) return;
        Capability[] needed = [Capability.Bpf, Capability.Perfmon];
        var missing = string.Join(" and ", needed.Where(c => !effective.Grants(c)).Select(CapabilitySet.Name));
        if (missing.Length == 0) return;
        throw new KernelException($"watching system calls needs {missing}: run as root, or give the program these capabilities (in a container: privileged, or cap-add)");
    }

    /// <summary>What to do about an error number of the bpf system call.</summary>
    internal static string Hint(int error) => error switch
    {
        Eperm or Eacces => "run as root outside a user namespace, and check that neither a seccomp filter nor lockdown=confidentiality forbids bpf()",
        Enomem => "there is not enough memory for the rings: make them smaller",
        E2Big or Einval => "it may be too old; 5.11 and newer are supported",
        _ => "5.11 and newer, built with CONFIG_BPF_SYSCALL=y and CONFIG_DEBUG_INFO_BTF=y, are supported",
    };
}
