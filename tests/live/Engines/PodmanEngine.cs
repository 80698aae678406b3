using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>podman without a daemon, on runc and plain control groups; its service runs when somebody wants to ask it.</summary>
public sealed class PodmanEngine : IEngineWithApi
{
    private readonly LiveFolder _folder = new("podman");
    private Daemon? _service;

    public PodmanEngine(RootFileSystem image) => Podman("import", image.Archive, Image).Succeeded();

    public string Type => "podman";

    public string Image => "localhost/live:1";

    public string Socket => Path.Combine(_folder.Path, "p.sock");

    public bool ForgetsAtEnd => true;

    /// <summary>Starts the service that answers questions.</summary>
    public void Serve()
    {
        var (program, words) = Line(["system", "service", "--time=0", "unix://" + Socket]);
        _service = new Daemon(Path.Combine(_folder.Path, "log"), program, words);
        _service.WaitFor(() => File.Exists(Socket));
    }

    public string Run(ContainerWish wish)
    {
        string[] options = [.. wish.Privileged ? new[] { "--privileged" } : [], .. wish.ForgetAtEnd ? new[] { "--rm" } : []];
        return Start([.. options, "--name", wish.Name, "--label", $"{ContainerWish.Label}={wish.Name}"], wish.Program, whole: true);
    }

    public string Start(bool terminal, params string[] program) => Start(terminal ? ["-t"] : [], program);

    public string StartPrivileged(params string[] program) => Start(["--privileged"], program);

    private string Start(string[] chosen, string[] program, bool whole = false)
    {
        string[] options = ["run", "-d", .. chosen, "--network=none", "--ulimit", "nofile=1024:20000", "--ulimit", "nproc=1024:4096", Image];
        var id = Podman([.. options, .. program]).Succeeded().Output.Trim();
        return whole ? id : id[..12];
    }

    public CommandResult Exec(string id, uint user, params string[] program) => Podman(["exec", "--user", $"{user}:{user}", id, .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) => Podman(["exec", "-t", id, .. program]);

    public void Remove(string id) => Podman("rm", "-f", "-t", "0", id);

    public void Dispose()
    {
        Podman("rm", "-fa", "-t", "0");
        _service?.Dispose();
        Podman("rmi", "-fa");
        Command.Run("umount", Path.Combine(_folder.Path, "root", "overlay"));
        _folder.Dispose();
        ControlGroups.RemoveEmpty("libpod_parent");
    }

    private CommandResult Podman(params string[] arguments)
    {
        var (program, words) = Line(arguments);
        return Command.Run(program, words);
    }

    private (string Program, string[] Words) Line(string[] arguments) => ("podman",
    [
        "--root", Path.Combine(_folder.Path, "root"), "--runroot", Path.Combine(_folder.Path, "run"), "--tmpdir", Path.Combine(_folder.Path, "tmp"),
        "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--storage-driver", "overlay", "--events-backend", "file", .. arguments,
    ]);
}
