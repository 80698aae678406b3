using Peregrine.LiveTests.Harness;

namespace Peregrine.LiveTests.Engines;

/// <summary>podman without a daemon, on runc and plain control groups.</summary>
public sealed class PodmanEngine : IContainerEngine
{
    private const string Image = "localhost/live:1";
    private readonly LiveFolder _folder = new("podman");

    public PodmanEngine(RootFileSystem image) => Podman("import", image.Archive, Image).Succeeded();

    public string Start(bool terminal, params string[] program) => Start(terminal ? ["-t"] : [], program);

    public string StartPrivileged(params string[] program) => Start(["--privileged"], program);

    private string Start(string[] chosen, string[] program)
    {
        string[] options = ["run", "-d", .. chosen, "--network=none", "--ulimit", "nofile=1024:20000", "--ulimit", "nproc=1024:4096", Image];
        return Podman([.. options, .. program]).Succeeded().Output.Trim()[..12];
    }

    public CommandResult Exec(string id, uint user, params string[] program) => Podman(["exec", "--user", $"{user}:{user}", id, .. program]);

    public CommandResult ExecTerminal(string id, params string[] program) => Podman(["exec", "-t", id, .. program]);

    public void Remove(string id) => Podman("rm", "-f", "-t", "0", id);

    public void Dispose()
    {
        Podman("rm", "-fa", "-t", "0");
        Podman("rmi", "-fa");
        Command.Run("umount", Path.Combine(_folder.Path, "root", "overlay"));
        _folder.Dispose();
        ControlGroups.RemoveEmpty("libpod_parent");
    }

    private CommandResult Podman(params string[] arguments) => Command.Run("podman",
    [
        "--root", Path.Combine(_folder.Path, "root"), "--runroot", Path.Combine(_folder.Path, "run"), "--tmpdir", Path.Combine(_folder.Path, "tmp"),
        "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--storage-driver", "overlay", "--events-backend", "file", .. arguments,
    ]);
}
