using System.Globalization;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>containerd in the namespace that Kubernetes uses, driven by its own client.</summary>
public sealed class ContainerdEngine : IContainerEngine
{
    private const string Image = "localhost/live:1";
    private readonly LiveFolder _folder = new("containerd");
    private readonly string _socket;
    private readonly string _pty;
    private readonly Daemon _daemon;
    private int _execs;

    /// <param name="image">What its containers hold.</param>
    /// <param name="pty">The driver: the client wants a terminal of its own where the container gets one.</param>
    public ContainerdEngine(RootFileSystem image, string pty)
    {
        _pty = pty;
        _socket = Path.Combine(_folder.Path, "c.sock");
        var config = _folder.Write("config.toml", $"""
            version = 2
            root = "{_folder.Path}/root"
            state = "{_folder.Path}/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "{_socket}"
            """);
        _daemon = new Daemon(Path.Combine(_folder.Path, "log"), "containerd", "--config", config);
        _daemon.WaitFor(() => Ctr("version").ExitCode == 0);
        var archive = Path.Combine(_folder.Path, "image.tar");
        OciImage.Write(image, Image, archive);
        Ctr("image", "import", archive).Succeeded();
    }

    public string StartPrivileged(params string[] program)
    {
        var id = NewId();
        Ctr(["run", "-d", "--privileged", Image, id, .. program]).Succeeded();
        return id[..12];
    }

    public string Start(bool terminal, params string[] program)
    {
        var id = NewId();
        if (terminal) Command.Run(_pty, ["pty", "ctr", "-a", _socket, "-n", "k8s.io", "run", "-d", "-t", Image, id, .. program]).Succeeded();
        else Ctr(["run", "-d", Image, id, .. program]).Succeeded();
        return id[..12];
    }

    public CommandResult Exec(string id, uint user, params string[] program) =>
        Ctr(["task", "exec", "--exec-id", $"e{++_execs}", "--user", $"{user}:{user}", Whole(id), .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) =>
        Command.Run(_pty, ["pty", "ctr", "-a", _socket, "-n", "k8s.io", "task", "exec", "-t", "--exec-id", $"e{++_execs}", Whole(id), .. program]);

    public void Remove(string id)
    {
        var whole = Whole(id);
        Ctr("task", "kill", "-s", "9", whole);
        for (var i = 0; i < 50 && Ctr("task", "rm", "-f", whole).ExitCode != 0; i++) Thread.Sleep(100);
        Ctr("container", "rm", whole);
    }

    public void Dispose()
    {
        foreach (var id in Containers()) Remove(id);
        _daemon.Dispose();
        Mounts.ReleaseBelow(_folder.Path);
        _folder.Dispose();
        ControlGroups.RemoveEmpty("k8s.io");
    }

    /// <summary>ctr leaves naming to its user; engines above it give 64 hexadecimal digits.</summary>
    private static string NewId()
    {
        var id = Convert.ToHexString(Guid.NewGuid().ToByteArray()).ToLower(CultureInfo.InvariantCulture);
        return id + id;
    }

    private string Whole(string id) => Containers().FirstOrDefault(c => c.StartsWith(id, StringComparison.Ordinal)) ?? id;

    private string[] Containers() => Ctr("container", "ls", "-q").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private CommandResult Ctr(params string[] arguments) => Command.Run("ctr", ["-a", _socket, "-n", "k8s.io", .. arguments]);
}
