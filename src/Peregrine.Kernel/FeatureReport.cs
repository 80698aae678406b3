using Peregrine.Kernel.Privileges;

namespace Peregrine.Kernel;

/// <summary>What this machine has of what the sensor uses, in the order in which a person would ask, and what to do about each gap.</summary>
public static class FeatureReport
{
    /// <summary>The first with all that the probe uses. Distributions have brought much of it to older ones, so the lines behind decide.</summary>
    private static readonly Version Oldest = new(5, 11);

    private static readonly string[] Tracepoints = ["sys_exit", "sched_process_exec", "sched_process_exit"];

    private static readonly (Capability Capability, string Needed, bool ToWatch)[] Capabilities =
    [
        (Capability.Bpf, "to load the probe", true),
        (Capability.Perfmon, "to attach the probe", true),
        (Capability.SysPtrace, "to read other users' processes under /proc", false),
        (Capability.DacReadSearch, "to read the files of other users and containers", false),
    ];

    /// <summary>Looks at a machine.</summary>
    public static IReadOnlyList<KernelFeature> Read(MachineView machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var features = new List<KernelFeature>
        {
            Kernel(machine.Kernel),
            Needed("libbpf", machine.HasLibbpf, "install libbpf 1.0 or newer (package libbpf1)"),
            Needed("type information (BTF)", machine.Has(MachineView.TypeInformation), "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, and mount sysfs at /sys"),
            RingBuffer(machine),
        };
        AddTypes(features, machine);
        features.Add(Lockdown(machine));
        AddCapabilities(features, machine);
        features.Add(machine.Status.Contains("Seccomp:", StringComparison.Ordinal)
            ? Fine("system-call filters (seccomp)", "present")
            : Gap("system-call filters (seccomp)", "missing", "the sensor works, but forbids itself less: use a kernel built with CONFIG_SECCOMP_FILTER=y"));
        features.Add(Compiler(machine));
        features.Add(ControlGroups(machine));
        features.Add(Fine("container engines", machine.Engines.Count > 0 ? string.Join(", ", machine.Engines) : "none found; containers are told by their control groups and by what runtimes leave on disk"));
        return features;
    }

    private static KernelFeature Kernel(Version version)
    {
        var text = $"{version.Major}.{version.Minor}.{version.Build}";
        return version >= Oldest ? Fine("kernel", text) : Gap("kernel", text, $"it is older than {Oldest}: where the probe is refused, use a newer one");
    }

    private static KernelFeature RingBuffer(MachineView machine)
    {
        const string Name = "BPF ring buffer";
        if (!machine.HasLibbpf) return Gap(Name, "not asked", "install libbpf first");
        var error = machine.MakeRing();
        return error == 0 ? Fine(Name, "present") : Broken(Name, $"refused (error {error})", KernelFeatures.Hint(error));
    }

    private static void AddTypes(List<KernelFeature> features, MachineView machine)
    {
        if (!machine.Has(MachineView.TypeInformation)) return;
        var names = machine.Types();
        var missing = Tracepoints.Where(t => !names.Has("btf_trace_" + t)).ToList();
        features.Add(Needed("tracepoints", missing.Count == 0, $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not there: use a kernel built with CONFIG_TRACEPOINTS=y and CONFIG_HAVE_SYSCALL_TRACEPOINTS=y"));
        features.Add(Fine("iterators", names.Has("bpf_iter__task_file") ? "present; not needed: processes are read from /proc" : "missing; not needed: processes are read from /proc"));
    }

    private static KernelFeature Lockdown(MachineView machine)
    {
        var chosen = Bracketed(machine.Read("sys/kernel/security/lockdown"));
        return chosen switch
        {
            "" => Fine("lockdown", "not told (no securityfs)"),
            "confidentiality" => Broken("lockdown", chosen, "the probe cannot read the kernel's memory: boot with lockdown=integrity or none"),
            _ => Fine("lockdown", chosen),
        };
    }

    private static void AddCapabilities(List<KernelFeature> features, MachineView machine)
    {
        var effective = CapabilitySet.Parse(machine.Status, "CapEff") ?? CapabilitySet.Empty;
        foreach (var (capability, needed, toWatch) in Capabilities)
        {
            var name = CapabilitySet.Name(capability);
            if (effective.Grants(capability)) features.Add(Fine(name, "present"));
            else features.Add(new KernelFeature(name, "missing", $"it is needed {needed}: run as root, or give it to the program", toWatch));
        }
        // From 5.11 on memory of BPF is charged to the control group, and no longer to the limit of locked memory.
        if (effective.Has(Capability.SysResource)) features.Add(Fine("CAP_SYS_RESOURCE", "present; not needed since Linux 5.11"));
        else if (machine.Kernel >= Oldest) features.Add(Fine("CAP_SYS_RESOURCE", "missing; not needed since Linux 5.11"));
        else features.Add(Gap("CAP_SYS_RESOURCE", "missing", "before 5.11 memory of BPF counts as locked: give it to the program, or start it with ulimit -l unlimited"));
    }

    private static KernelFeature Compiler(MachineView machine) => machine.Read("proc/sys/net/core/bpf_jit_enable").Trim() switch
    {
        "0" => Gap("BPF compiler", "off", "every system call becomes slower: set the sysctl net.core.bpf_jit_enable to 1"),
        "" => Fine("BPF compiler", "not told"),
        _ => Fine("BPF compiler", "on"),
    };

    private static KernelFeature ControlGroups(MachineView machine)
    {
        const string Name = "control groups";
        if (machine.Has("sys/fs/cgroup/cgroup.controllers")) return Fine(Name, "v2");
        if (machine.Has("sys/fs/cgroup/unified/cgroup.controllers")) return Fine(Name, "hybrid: v1 with v2 beside it");
        return machine.Has("sys/fs/cgroup/memory") ? Fine(Name, "v1") : Gap(Name, "not mounted", "containers are told by them: mount /sys/fs/cgroup");
    }

    /// <summary>The word in brackets: the one that is chosen.</summary>
    internal static string Bracketed(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        var close = text.IndexOf(']', StringComparison.Ordinal);
        return open >= 0 && close > open ? text[(open + 1)..close] : "";
    }

    private static KernelFeature Needed(string name, bool has, string advice) => has ? Fine(name, "present") : Broken(name, "missing", advice);

    private static KernelFeature Fine(string name, string state) => new(name, state, "", false);

    /// <summary>The sensor works without it, less well.</summary>
    private static KernelFeature Gap(string name, string state, string advice) => new(name, state, advice, false);

    private static KernelFeature Broken(string name, string state, string advice) => new(name, state, advice, true);
}
