using System.Text.Json;
using Peregrine.Containers.Http;
using Peregrine.State;

namespace Peregrine.Containers.Oci;

/// <summary>
/// An OCI runtime's <c>config.json</c>: what the kernel was asked for when the container was set up. It is there before the container's first process runs, and tells mounts,
/// namespaces and privileges whatever the engine; its annotations tell more where the engine writes them.
/// </summary>
internal sealed class RuntimeSpec
{
    private RuntimeSpec(JsonElement spec)
    {
        var linux = spec.Get("linux");
        var process = spec.Get("process");
        Annotations = spec.Map("annotations").ToMap();
        RootPath = spec.Get("root").Text("path");
        User = process.Get("user").Number("uid");
        HashSet<string> own = [.. linux.Items("namespaces").Select(n => n.Text("type"))];
        (HostPid, HostNetwork, HostIpc) = (!own.Contains("pid"), !own.Contains("network"), !own.Contains("ipc"));
        Privileged = IsPrivileged(spec, linux, process);
        Mounts = [.. spec.Items("mounts").Take(MountTexts.Limit).Select(m => new SpecMount(m.Text("source"), m.Text("destination"), m.Text("type"), [.. m.Texts("options")]))];
    }

    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>The root file system; engines keep it below their data.</summary>
    public string RootPath { get; }

    /// <summary>The user id of its first process.</summary>
    public long User { get; }

    public bool HostPid { get; }

    public bool HostNetwork { get; }

    public bool HostIpc { get; }

    public bool Privileged { get; }

    public IReadOnlyList<SpecMount> Mounts { get; }

    /// <exception cref="EngineException">It is no such file.</exception>
    public static RuntimeSpec Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new RuntimeSpec(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new EngineException("a runtime specification that is no JSON", e);
        }
    }

    /// <summary>What any engine's container shows of itself here. The mounts are all that the runtime makes, unless <paramref name="mounts"/> chooses.</summary>
    public ContainerDetails ToDetails(Func<SpecMount, bool>? mounts = null)
    {
        List<ContainerMount> kept = [.. Mounts.Where(mounts ?? (static _ => true)).Select(static m => m.ToMount())];
        return new ContainerDetails
        {
            Known = ContainerFacts.Privileged | ContainerFacts.Mounts | ContainerFacts.Namespaces | ContainerFacts.User,
            Privileged = Privileged,
            Mounts = kept,
            MountsText = MountTexts.Join(kept),
            HostPid = HostPid,
            HostNetwork = HostNetwork,
            HostIpc = HostIpc,
            User = Utf8.Of(User.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>
    /// Nobody writes down "privileged": it is the sum of what engines lift. It may administrate the system, and nothing of /proc and /sys, no system call and no profile holds it back.
    /// </summary>
    private static bool IsPrivileged(JsonElement spec, JsonElement linux, JsonElement process)
    {
        if (!process.Get("capabilities").Texts("bounding").Contains("CAP_SYS_ADMIN")) return false;
        if (linux.Items("maskedPaths").Any() || linux.Items("readonlyPaths").Any() || linux.Get("seccomp").ValueKind == JsonValueKind.Object) return false;
        if (process.Text("selinuxLabel").Length > 0 || process.Text("apparmorProfile") is not ("" or "unconfined")) return false;
        return !spec.Items("mounts").Any(m => m.Text("type") is "sysfs" or "cgroup" && m.Texts("options").Contains("ro"));
    }
}

/// <summary>One of the mounts that the runtime makes.</summary>
internal sealed record SpecMount(string Source, string Destination, string Type, IReadOnlyList<string> Options)
{
    public bool IsBind => Type == "bind" || Options.Contains("bind") || Options.Contains("rbind");

    public ContainerMount ToMount()
    {
        var mode = Options.FirstOrDefault(static o => o.StartsWith("mode=", StringComparison.Ordinal))?[5..] ?? "";
        var propagation = Options.FirstOrDefault(static o => o is "private" or "rprivate" or "shared" or "rshared" or "slave" or "rslave" or "unbindable" or "runbindable") ?? "";
        return new(Utf8.Of(Source), Utf8.Of(Destination), Utf8.Of(mode), !Options.Contains("ro"), Utf8.Of(propagation));
    }
}
