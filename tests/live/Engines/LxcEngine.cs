using System.Globalization;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>LXC's own programs, on an overlay above the image.</summary>
public sealed class LxcEngine(RootFileSystem image, string pty) : IContainerEngine
{
    private readonly LiveFolder _folder = new("lxc");
    private readonly List<string> _ids = [];

    public string Start(bool terminal, params string[] program)
    {
        if (terminal) throw new NotSupportedException("the first process of a detached container gets no terminal; use ExecTerminal");
        var id = $"peregrine-live-{Environment.ProcessId}-{_ids.Count + 1}";
        var layers = Directory.CreateDirectory(Path.Combine(_folder.Path, id)).FullName;
        var upper = Directory.CreateDirectory(Path.Combine(layers, "upper")).FullName;
        File.WriteAllText(Path.Combine(layers, "config"), $"""
            lxc.uts.name = {id}
            lxc.rootfs.path = overlay:{image.Folder}:{upper}
            lxc.mount.auto = proc
            lxc.net.0.type = empty
            lxc.net.0.flags = up
            lxc.apparmor.profile = unconfined

            """);
        _ids.Add(id);
        Lxc("start", id, ["-d", "--", .. program]).Succeeded();
        return id;
    }

    public string StartPrivileged(params string[] program) => throw new NotSupportedException("what is privileged is a word of other engines");

    public CommandResult Exec(string id, uint user, params string[] program) => Lxc("attach", id, ["-u", $"{user}", "-g", $"{user}", "--", .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) => Command.Run(pty, ["pty", "lxc-attach", "-P", _folder.Path, "-n", id, "--", .. program]);

    /// <summary>The container's first process, as the host numbers it.</summary>
    public int Pid(string id) => int.Parse(Lxc("info", id, ["-pH"]).Succeeded().Output, CultureInfo.InvariantCulture);

    public void Remove(string id)
    {
        Lxc("stop", id, ["-k"]);
        ControlGroups.RemoveEmpty($"lxc.monitor.{id}");
        ControlGroups.RemoveEmpty($"lxc.payload.{id}");
    }

    public void Dispose()
    {
        foreach (var id in _ids) Remove(id);
        ControlGroups.RemoveEmpty("lxc.pivot");
        _folder.Dispose();
    }

    private CommandResult Lxc(string verb, string id, string[] arguments) => Command.Run($"lxc-{verb}", ["-P", _folder.Path, "-n", id, .. arguments]);
}
