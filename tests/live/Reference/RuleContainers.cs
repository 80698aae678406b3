using System.Globalization;
using System.Text.Json.Nodes;
using Peregrine.LiveTests.Engines;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Reference;

/// <summary>What a container may do.</summary>
public enum ContainerKind
{
    /// <summary>As runc's own template has it: three capabilities.</summary>
    Plain,
    /// <summary>All capabilities, nothing hidden and nothing protected: what engines call privileged.</summary>
    Privileged,
}

/// <summary>Two containers of runc, on an overlay as engines give them, that deeds are done in one after the other.</summary>
public sealed class RuleContainers : IDisposable
{
    /// <summary>Names of programs that deeds are done under; the file is the driver, or busybox where the deed is busybox's.</summary>
    private static readonly string[] Names =
    [
        "nc", "ncat", "socat", "nmap", "tcpdump", "dig", "telnet", "ssh", "scp", "rsync", "sftp", "curl", "wget", "apt", "apt-get", "dpkg", "apk", "pip", "pip3", "npm", "yum", "rpm", "dnf", "kubectl", "docker",
        "crictl", "debugfs", "mount", "insmod", "grep", "find", "xmrig", "nginx", "python3", "java", "node", "mysqld", "login", "sshd", "base64", "shred", "sudo", "runner",
    ];

    private static readonly string[] Applets =
        ["tar", "rm", "mv", "ln", "touch", "tee", "head", "echo", "env", "dd", "printf", "test", "mknod", "whoami", "uname", "sed", "ash", "bash", "nohup", "id", "umount", "stat", "truncate"];

    /// <summary>Root can lack some, in a container or a virtual machine.</summary>
    public static bool HasEveryCapability => Held == (2UL << int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), CultureInfo.InvariantCulture)) - 1;

    private readonly LiveFolder _folder = new("containers");
    private readonly string _state;
    private readonly string _driver;
    private readonly Dictionary<ContainerKind, string> _ids = [];
    private readonly List<string> _overlays = [];

    public RuleContainers(DeedProgram program)
    {
        _driver = program.Path;
        _state = Path.Combine(_folder.Path, "state");
        Image = new RootFileSystem(_folder.Path, program.Path, Names);
        foreach (var name in Applets) Link(name, "busybox");
        foreach (var folder in new[] { "host/etc", "rootfs", "hostfs", "home/app/.ssh", "root/.ssh", "usr/lib", "var/log" }) Directory.CreateDirectory(Path.Combine(Image.Folder, folder));
        File.WriteAllText(Path.Combine(Image.Folder, "host/etc/shadow"), "");
    }

    public RootFileSystem Image { get; }

    public string Id(ContainerKind kind) => _ids.TryGetValue(kind, out var id) ? id : _ids[kind] = Make(kind, ["sleep", "3600"]);

    /// <summary>A line for the container's shell.</summary>
    public CommandResult Run(ContainerKind kind, string line) => Runc("exec", Id(kind), "sh", "-c", line + "\ntrue");

    /// <summary>A program of the container, started by the engine itself.</summary>
    public CommandResult Start(ContainerKind kind, params string[] program) => Runc(["exec", Id(kind), .. program]);

    /// <summary>The same on a terminal; the container's first process there is the shell itself.</summary>
    public CommandResult RunOnATerminal(ContainerKind kind, string line) => Command.Run(_driver, "pty", "runc", "--root", _state, "exec", "-t", Id(kind), "sh", "-c", line + "\ntrue");

    /// <summary>Starts a container that ends by itself, or with this; returns its name.</summary>
    public string Make(ContainerKind kind, string[] program)
    {
        var id = $"peregrine-rules-{Environment.ProcessId}-{_overlays.Count}";
        var bundle = Path.Combine(_folder.Path, id);
        var root = Path.Combine(bundle, "rootfs");
        foreach (var folder in new[] { root, Path.Combine(bundle, "upper"), Path.Combine(bundle, "work") }) Directory.CreateDirectory(folder);
        Command.Run("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={Image.Folder},upperdir={bundle}/upper,workdir={bundle}/work", root).Succeeded();
        _overlays.Add(root);
        Command.RunIn(bundle, "runc", "spec").Succeeded();
        var path = Path.Combine(bundle, "config.json");
        var spec = JsonNode.Parse(File.ReadAllText(path))!;
        var process = spec["process"]!;
        process["terminal"] = false;
        process["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]);
        process["rlimits"] = new JsonArray();
        process["noNewPrivileges"] = false;
        if (kind == ContainerKind.Privileged) LiftLimits(spec, process);
        spec["root"]!["readonly"] = false;
        File.WriteAllText(path, spec.ToJsonString());
        // The daemon-less engine leaves the container the streams that it had itself.
        Command.Run("/bin/bash", "-c", "exec runc --root \"$1\" run -d -b \"$2\" \"$3\" < /dev/null > /dev/null 2> \"$2/log\"", "bash", _state, bundle, id).Succeeded();
        NetworkPlace.Furnish($"/proc/{Runc("state", id).Succeeded().Output.Split("\"pid\":")[1].Split(',')[0].Trim()}/ns/net");
        return id;
    }

    public void Remove(string id) => Runc("delete", "-f", id);

    public void Dispose()
    {
        foreach (var id in Runc("list", "-q").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Remove(id);
        foreach (var root in _overlays) Command.Run("umount", "-l", root);
        _folder.Dispose();
    }

    private void Link(string name, string target)
    {
        var path = Path.Combine(Image.Folder, "bin", name);
        if (!Path.Exists(path)) File.CreateSymbolicLink(path, target);
    }

    private CommandResult Runc(params string[] arguments) => Command.Run("runc", ["--root", _state, .. arguments]);

    private static ulong Held => Convert.ToUInt64(File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapBnd:", StringComparison.Ordinal))[7..].Trim(), 16);

    private static void LiftLimits(JsonNode spec, JsonNode process)
    {
        foreach (var set in new[] { "bounding", "effective", "permitted", "inheritable", "ambient" }) process["capabilities"]![set] = new JsonArray([.. Capabilities().Select(name => (JsonNode)name)]);
        spec["linux"]!["maskedPaths"] = new JsonArray();
        spec["linux"]!["readonlyPaths"] = new JsonArray();
        foreach (var mount in spec["mounts"]!.AsArray())
            if (mount!["options"] is JsonArray options && options.FirstOrDefault(option => (string?)option == "ro") is { } readOnly) options.Remove(readOnly);
    }

    /// <summary>What this machine's root may have: a name more would be refused.</summary>
    private static IEnumerable<string> Capabilities()
    {
        string[] names =
        [
            "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK",
            "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE",
            "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        ];
        return names.Where((_, bit) => (Held >> bit & 1) == 1).Select(name => "CAP_" + name);
    }
}
