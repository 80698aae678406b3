using System.Globalization;

namespace Peregrine.Kernel;

/// <summary>One thing that the kernel or this process's rights offer or lack.</summary>
/// <param name="Name">What it is.</param>
/// <param name="State">What was found.</param>
/// <param name="Advice">What to do about a gap; empty when there is none.</param>
public sealed record KernelFeature(string Name, string State, string Advice);

/// <summary>What this kernel has of what the sensor uses, in the order in which a person would ask.</summary>
public static class FeatureReport
{
    private static readonly (string Name, int Number, string Needed)[] Capabilities =
    [
        ("CAP_BPF", 39, "to load the probe"),
        ("CAP_PERFMON", 38, "to attach the probe"),
        ("CAP_SYS_PTRACE", 19, "to read other users' processes under /proc"),
        ("CAP_DAC_READ_SEARCH", 2, "to read the descriptors of other users' processes"),
    ];

    /// <summary>Looks at the machine whose root is given.</summary>
    public static IReadOnlyList<KernelFeature> Read(string root = "/")
    {
        var features = new List<KernelFeature>();
        Add("type information (BTF)", File.Exists(Path.Combine(root, "sys/kernel/btf/vmlinux")), "use a kernel built with CONFIG_DEBUG_INFO_BTF=y");
        var lockdown = Bracketed(Text(Path.Combine(root, "sys/kernel/security/lockdown")));
        features.Add(new("lockdown", lockdown.Length == 0 ? "not told (no securityfs)" : lockdown, lockdown == "confidentiality" ? "the probe cannot read the kernel's memory: boot with lockdown=integrity or none" : ""));
        var effective = Effective(Text("/proc/self/status"));
        foreach (var (name, number, needed) in Capabilities)
        {
            // CAP_SYS_ADMIN stands for those that were split from it.
            var has = (effective >> number & 1) != 0 || (number >= 38 && (effective >> 21 & 1) != 0);
            features.Add(new(name, has ? "present" : "missing", has ? "" : $"it is needed {needed}: run as root, or give it to the program"));
        }
        features.Add(new("control groups", ControlGroups(root), ""));
        return features;

        void Add(string name, bool has, string advice) => features.Add(new(name, has ? "present" : "missing", has ? "" : advice));
    }

    private static string ControlGroups(string root)
    {
        var folder = Path.Combine(root, "sys/fs/cgroup");
        if (File.Exists(Path.Combine(folder, "cgroup.controllers"))) return "v2";
        if (File.Exists(Path.Combine(folder, "unified/cgroup.controllers"))) return "hybrid: v1 with v2 beside it";
        return Directory.Exists(Path.Combine(folder, "memory")) ? "v1" : "not mounted";
    }

    internal static ulong Effective(string status)
    {
        foreach (var line in status.Split('\n'))
            if (line.StartsWith("CapEff:", StringComparison.Ordinal) && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits)) return bits;
        return 0;
    }

    /// <summary>The word in brackets: the one that is chosen.</summary>
    internal static string Bracketed(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        var close = text.IndexOf(']', StringComparison.Ordinal);
        return open >= 0 && close > open ? text[(open + 1)..close] : "";
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
