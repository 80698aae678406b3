using System.Diagnostics;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>
/// systemd-nspawn, on an overlay above the image. There may be no systemd here that makes the machine's scope: the test makes its control groups where systemd has them, and nspawn keeps to them.
/// </summary>
public sealed class NspawnEngine(RootFileSystem image, string pty) : IContainerEngine
{
    /// <summary>nspawn puts its supervisor and the payload into groups of their own in the hierarchies that belong to systemd; the others of old stay as they are.</summary>
    private static readonly string[] Hierarchies = [.. new[] { "systemd", "unified", "pids", "" }.Select(name => Path.Combine("/sys/fs/cgroup", name)).Where(path => File.Exists(Path.Combine(path, "cgroup.procs")))];

    private readonly LiveFolder _folder = new("nspawn");
    private readonly Dictionary<string, Process> _supervisors = [];
    private int _scripts;

    public string Start(bool terminal, params string[] program)
    {
        if (terminal) throw new NotSupportedException("the first process of a detached container gets no terminal; use ExecTerminal");
        var id = $"peregrine-live-{Environment.ProcessId}-{_supervisors.Count + 1}";
        var group = Group(id);
        foreach (var hierarchy in Hierarchies) Directory.CreateDirectory(Path.Combine(hierarchy, group));
        string[] nspawn = ["systemd-nspawn", "-q", "-D", image.Folder, "--volatile=overlay", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "-M", id];
        _supervisors[id] = Enter(group, Path.Combine(_folder.Path, id), [.. nspawn, .. program]);
        Wait.For(() => Pid(id) > 0, () => File.ReadAllText(Path.Combine(_folder.Path, id)));
        return id;
    }

    public string StartPrivileged(params string[] program) => throw new NotSupportedException("what is privileged is a word of other engines");

    public CommandResult Exec(string id, uint user, params string[] program) => Command.Run("/bin/bash", Inside(id, ["-S", $"{user}", "-G", $"{user}"], program));

    public CommandResult ExecTerminal(string id, params string[] program) => Command.Run(pty, ["pty", "/bin/bash", .. Inside(id, [], program)]);

    public void Remove(string id)
    {
        if (!_supervisors.TryGetValue(id, out var supervisor) || supervisor.HasExited) return;
        Command.Run("/bin/kill", "-TERM", $"{supervisor.Id}");
        if (!supervisor.WaitForExit(TimeSpan.FromSeconds(15))) supervisor.Kill(entireProcessTree: true);
        ControlGroups.RemoveEmpty(Group(id));
    }

    public void Dispose()
    {
        foreach (var (id, supervisor) in _supervisors)
        {
            Remove(id);
            supervisor.Dispose();
        }
        ControlGroups.RemoveEmpty("machine.slice");
        _folder.Dispose();
    }

    /// <summary>The unit's name as systemd would write it.</summary>
    private static string Group(string id) => $"machine.slice/machine-{id.Replace("-", "\\x2d", StringComparison.Ordinal)}.scope";

    /// <summary>The payload's first process, as the host numbers it: the supervisor's child; 0 before it is there.</summary>
    private int Pid(string id)
    {
        var supervisor = _supervisors[id].Id;
        var children = File.ReadAllText($"/proc/{supervisor}/task/{supervisor}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var child in children)
            if (File.ReadAllText($"/proc/{child}/cgroup").Contains($"{Group(id)}/payload", StringComparison.Ordinal)) return int.Parse(child, System.Globalization.CultureInfo.InvariantCulture);
        return 0;
    }

    private static Process Enter(string group, string log, string[] program) =>
        Command.Start(null, "/bin/bash", ["-c", $"log=$1; shift; {Join(group)} exec \"$@\" < /dev/null > \"$log\" 2>&1", "bash", log, .. program]);

    /// <summary>A process that joins the payload's groups and namespaces, as one that systemd starts there does. The words are in a file: the programs that join must not look like the one that is meant.</summary>
    private string[] Inside(string id, string[] options, string[] program)
    {
        var pid = Pid(id);
        var script = $"/tmp/script-{++_scripts}";
        // By its path: the image's shell would be one of its own programs without an exec.
        if (!program[0].Contains('/')) program[0] = "/bin/" + program[0];
        File.WriteAllText($"/proc/{pid}/root{script}", $"exec {string.Join(' ', program.Select(word => $"'{word}'"))}\n");
        return ["-c", $"{Join(Group(id) + "/payload")} exec nsenter -t {pid} -a -r -w \"$@\"", "bash", .. options, "--", "sh", script];
    }

    private static string Join(string group) => string.Concat(Hierarchies.Select(hierarchy => $"[ ! -e '{hierarchy}/{group}' ] || echo $$ > '{hierarchy}/{group}/cgroup.procs';"));
}
