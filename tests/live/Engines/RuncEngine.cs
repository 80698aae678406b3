using System.Text.Json.Nodes;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>runc alone, on a bundle of the test.</summary>
public sealed class RuncEngine : IContainerEngine
{
    /// <summary>What the ids of a container in a user namespace begin at on the host.</summary>
    public const uint FirstId = 300_000;

    private readonly LiveFolder _folder = new("runc");
    private readonly RootFileSystem _image;
    private readonly string _pty;
    private readonly List<string> _ids = [];
    private int _made;

    public RuncEngine(RootFileSystem image, string pty)
    {
        _image = image;
        _pty = pty;
    }

    /// <summary>Whether containers get a user namespace, in which their ids are others than the machine's.</summary>
    public bool UserNamespace { get; init; }

    public string Start(bool terminal, params string[] program)
    {
        if (terminal) throw new NotSupportedException("runc gives a detached container no terminal; use ExecTerminal");
        var id = $"peregrine-live-{Environment.ProcessId}-{++_made}";
        var bundle = Path.Combine(_folder.Path, id);
        Directory.CreateDirectory(bundle);
        Command.Run("cp", "-a", _image.Folder, Path.Combine(bundle, "rootfs")).Succeeded();
        Command.RunIn(bundle, "runc", "spec").Succeeded();
        var path = Path.Combine(bundle, "config.json");
        var spec = JsonNode.Parse(File.ReadAllText(path))!;
        spec["process"]!["terminal"] = false;
        spec["process"]!["args"] = new JsonArray([.. program.Select(word => (JsonNode)word)]);
        spec["process"]!["rlimits"] = new JsonArray();
        spec["root"]!["readonly"] = false;
        if (UserNamespace) ShiftIds(spec, bundle);
        File.WriteAllText(path, spec.ToJsonString());
        // The daemon-less engine leaves the container the streams that it had itself.
        Command.Run("/bin/bash", "-c", "exec runc --root \"$1\" run -d -b \"$2\" \"$3\" < /dev/null > /dev/null 2> \"$2/log\"", "bash", Path.Combine(_folder.Path, "state"), bundle, id).Succeeded();
        _ids.Add(id);
        return id;
    }

    public string StartPrivileged(params string[] program) => throw new NotSupportedException("what is privileged is a word of engines, not of runc's");

    public CommandResult Exec(string id, uint user, params string[] program) => Runc(["exec", "--user", $"{user}:{user}", id, .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) =>
        Command.Run(_pty, ["pty", "runc", "--root", Path.Combine(_folder.Path, "state"), "exec", "-t", id, .. program]);

    /// <summary>The container's first process, as the host numbers it.</summary>
    public int Pid(string id) => (int)JsonNode.Parse(Runc("state", id).Succeeded().Output)!["pid"]!;

    public void Remove(string id)
    {
        Runc("delete", "-f", id);
        _ids.Remove(id);
    }

    public void Dispose()
    {
        foreach (var id in _ids.ToArray()) Remove(id);
        _folder.Dispose();
    }

    private static void ShiftIds(JsonNode spec, string bundle)
    {
        var linux = spec["linux"]!;
        linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "user" });
        foreach (var kind in new[] { "uidMappings", "gidMappings" }) linux[kind] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = FirstId, ["size"] = 65_536 });
        Command.Run("chown", "-hR", $"{FirstId}:{FirstId}", Path.Combine(bundle, "rootfs")).Succeeded();
    }

    private CommandResult Runc(params string[] arguments) => Command.Run("runc", ["--root", Path.Combine(_folder.Path, "state"), .. arguments]);
}
