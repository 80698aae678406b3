using System.Globalization;
using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>containerd in the namespace that Kubernetes uses, driven by its own client.</summary>
public sealed class ContainerdEngine : IEngineWithApi
{
    /// <summary>What holds the namespaces of a pod: a program that only waits.</summary>
    private const string Pause = "localhost/pause:1";

    private readonly LiveFolder _folder = new("containerd");
    private readonly string _pty;
    private readonly Daemon _daemon;
    private int _execs;

    /// <param name="image">What its containers hold.</param>
    /// <param name="pty">The driver: the client wants a terminal of its own where the container gets one.</param>
    /// <param name="withCri">Whether it serves a kubelet too.</param>
    public ContainerdEngine(RootFileSystem image, string pty, bool withCri = false)
    {
        _pty = pty;
        Socket = Path.Combine(_folder.Path, "c.sock");
        _daemon = new Daemon(Path.Combine(_folder.Path, "log"), "containerd", "--config", _folder.Write("config.toml", Configuration(withCri)));
        _daemon.WaitFor(() => Ctr("version").ExitCode == 0);
        Import(image, Image, "sh");
        if (withCri) Import(image, Pause, "sleep", "1000000");
    }

    public string Type => "containerd";

    public string Image => "localhost/live:1";

    public string Socket { get; }

    public string Run(ContainerWish wish)
    {
        var id = NewId();
        Ctr(["run", "-d", .. wish.Privileged ? new[] { "--privileged" } : [], "--label", $"{ContainerWish.Label}={wish.Name}", Image, id, .. wish.Program]).Succeeded();
        return id;
    }

    /// <summary>Its containers have no other name.</summary>
    public string NameOf(ContainerWish wish, string id) => id;

    public string StartPrivileged(params string[] program)
    {
        var id = NewId();
        Ctr(["run", "-d", "--privileged", Image, id, .. program]).Succeeded();
        return id[..12];
    }

    public string Start(bool terminal, params string[] program)
    {
        var id = NewId();
        if (terminal) Command.Run(_pty, ["pty", "ctr", "-a", Socket, "-n", "k8s.io", "run", "-d", "-t", Image, id, .. program]).Succeeded();
        else Ctr(["run", "-d", Image, id, .. program]).Succeeded();
        return id[..12];
    }

    public CommandResult Exec(string id, uint user, params string[] program) =>
        Ctr(["task", "exec", "--exec-id", NextExec(), "--user", $"{user}:{user}", Whole(id), .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) =>
        Command.Run(_pty, ["pty", "ctr", "-a", Socket, "-n", "k8s.io", "task", "exec", "-t", "--exec-id", NextExec(), Whole(id), .. program]);

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

    private string Configuration(bool withCri)
    {
        var (root, state) = (Path.Combine(_folder.Path, "root"), Path.Combine(_folder.Path, "state"));
        var cri = $"""
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "{Pause}"
              restrict_oom_score_adj = true
              stream_server_address = "127.0.0.1"
              stream_server_port = "0"
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "{_folder.Path}/cni/bin"
                conf_dir = "{_folder.Path}/cni/conf"
            """;
        return $"""
            version = 2
            root = "{root}"
            state = "{state}"
            {(withCri ? "" : """disabled_plugins = ["io.containerd.grpc.v1.cri"]""")}
            [grpc]
              address = "{Socket}"
            {(withCri ? cri : "")}
            """;
    }

    private void Import(RootFileSystem image, string name, params string[] program)
    {
        var archive = Path.Combine(_folder.Path, "image.tar");
        OciImage.Write(image, name, archive, program);
        Ctr("image", "import", archive).Succeeded();
    }

    private string NextExec() => $"e{Interlocked.Increment(ref _execs)}";

    private string Whole(string id) => id.Length == 64 ? id : Containers().FirstOrDefault(c => c.StartsWith(id, StringComparison.Ordinal)) ?? id;

    private string[] Containers() => Ctr("container", "ls", "-q").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private CommandResult Ctr(params string[] arguments) => Command.Run("ctr", ["-a", Socket, "-n", "k8s.io", .. arguments]);
}
