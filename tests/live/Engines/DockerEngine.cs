using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>dockerd with its own containerd, without networks.</summary>
public sealed class DockerEngine : IEngineWithApi
{
    private readonly LiveFolder _folder = new("docker");
    private readonly Daemon _daemon;

    public DockerEngine(RootFileSystem image)
    {
        Socket = Path.Combine(_folder.Path, "d.sock");
        _daemon = new Daemon(Path.Combine(_folder.Path, "log"), "dockerd",
            "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver", "overlay2",
            "--data-root", Path.Combine(_folder.Path, "data"), "--exec-root", Path.Combine(_folder.Path, "exec"), "-p", Path.Combine(_folder.Path, "pid"), "-H", "unix://" + Socket);
        _daemon.WaitFor(() => Docker("info").ExitCode == 0);
        Docker("import", image.Archive, Image).Succeeded();
    }

    public string Type => "docker";

    public string Image => "live:1";

    public string Socket { get; }

    /// <summary>It gives a privileged container every capability, and the kernel refuses those that root lacks here.</summary>
    public bool MakesPrivileged => Reference.RuleContainers.HasEveryCapability;

    public bool ForgetsAtEnd => true;

    public string Run(ContainerWish wish)
    {
        string[] options = [.. wish.Privileged ? new[] { "--privileged" } : [], .. wish.ForgetAtEnd ? new[] { "--rm" } : []];
        return Docker(["run", "-d", .. options, "--network=none", "--name", wish.Name, "--label", $"{ContainerWish.Label}={wish.Name}", Image, .. wish.Program]).Succeeded().Output.Trim();
    }

    public string Start(bool terminal, params string[] program) =>
        Docker(["run", "-d", .. terminal ? new[] { "-t" } : [], "--network=none", Image, .. program]).Succeeded().Output.Trim()[..12];

    public string StartPrivileged(params string[] program) => Docker(["run", "-d", "--privileged", "--network=none", Image, .. program]).Succeeded().Output.Trim()[..12];

    public CommandResult Exec(string id, uint user, params string[] program) => Docker(["exec", "--user", $"{user}:{user}", id, .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) => Docker(["exec", "-t", id, .. program]);

    public void Remove(string id) => Docker("rm", "-f", id);

    public void Dispose()
    {
        foreach (var id in Docker("ps", "-aq").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Remove(id);
        _daemon.Dispose();
        Mounts.ReleaseBelow(_folder.Path);
        _folder.Dispose();
        ControlGroups.RemoveEmpty("docker");
    }

    private CommandResult Docker(params string[] arguments) => Command.Run("docker", ["-H", "unix://" + Socket, .. arguments]);
}
