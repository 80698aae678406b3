using Peregrine.State;

namespace Peregrine.Containers.Engines;

/// <summary>Where engines listen when nobody says otherwise, and which of them may know a container.</summary>
internal static class EngineList
{
    private const string Users = "/run/user";

    private static readonly string[] Docker = ["/var/run/docker.sock"];

    private static readonly string[] Containerd =
    [
        "/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock", "/var/snap/microk8s/common/run/containerd.sock", "/run/host-containerd/containerd.sock",
    ];

    private static readonly string[] Crio = ["/run/crio/crio.sock"];

    /// <summary>The connections that the options ask for.</summary>
    public static List<EngineConnection> Connections(ContainerOptions options)
    {
        var connections = new List<EngineConnection>();
        void Add(string name, EngineSockets sockets, IEnumerable<string> usual, Func<string, IEngineClient> make)
        {
            if (!sockets.Enabled) return;
            foreach (var socket in (sockets.Sockets.Count > 0 ? sockets.Sockets : usual).Select(Plain).Distinct(StringComparer.Ordinal))
                connections.Add(new EngineConnection(name, socket, () => make(options.OnHost(socket)), options));
        }
        Add("docker", options.Docker, Docker, s => new DockerClient(s, options));
        Add("podman", options.Podman, Podman(options), s => new PodmanClient(s, options));
        Add("containerd", options.Containerd, Containerd, s => new ContainerdClient(s, options));
        Add("cri", options.Cri, [.. Containerd, .. Crio], s => new CriClient(s, options));
        return connections;
    }

    /// <summary>Whether an engine of this name may know a container that bears the mark of that one.</summary>
    public static bool MayKnow(string name, ContainerEngine engine) => engine switch
    {
        ContainerEngine.Docker => name == "docker",
        ContainerEngine.Podman => name == "podman",
        ContainerEngine.Containerd => name is "containerd" or "cri" or "docker",
        ContainerEngine.Crio or ContainerEngine.Cri => name == "cri",
        // No mark at all: whoever knows the id.
        ContainerEngine.Unknown => true,
        _ => false,
    };

    /// <summary>The system's service, and those of the users that are logged in.</summary>
    private static IEnumerable<string> Podman(ContainerOptions options)
    {
        yield return "/run/podman/podman.sock";
        string[] users;
        try
        {
            users = Directory.GetDirectories(options.OnHost(Users));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (var user in users) yield return $"{Users}/{Path.GetFileName(user)}/podman/podman.sock";
    }

    /// <summary>A path, be it written as an address.</summary>
    private static string Plain(string socket) => socket.StartsWith("unix://", StringComparison.Ordinal) ? socket["unix://".Length..] : socket;
}
