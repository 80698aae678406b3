using Peregrine.Containers.Oci;

namespace Peregrine.Containers.Disk;

/// <summary>
/// Finds a container's bundle: the runtime, the engine's monitor (conmon) and containerd's shim are started with its path, or in it; where they have gone or are not known,
/// it lies where engines keep their bundles by default. That it is this container's tells its place: the id is in the path, or among the arguments of the program that works on it.
/// </summary>
internal sealed class BundleFinder(HostFiles files)
{
    private const string SpecName = "config.json";

    /// <summary>Programs that are started for one container with its bundle's path.</summary>
    private static readonly string[] Runtimes = ["runc", "crun", "conmon", "conmonrs", "youki", "runsc", "kata-runtime", "nvidia-container-runtime"];

    private static readonly string[] ContainerdStates = ["/run/containerd", "/run/docker/containerd/daemon", "/run/k3s/containerd", "/var/snap/microk8s/common/run/containerd", "/run/host-containerd"];

    private static readonly string[] Namespaces = ["k8s.io", "moby", "default", "buildkit"];

    private static readonly string[] Storages = ["/var/lib/containers/storage", "/run/containers/storage"];

    public ContainerPlace Find(string id, IReadOnlyList<ProcessTrace> ancestors)
    {
        if (id is "" or "." or ".." || id.Contains('/', StringComparison.Ordinal)) return ContainerPlace.Unknown;
        var place = ContainerPlace.Unknown;
        foreach (var ancestor in ancestors)
        {
            place = Look(id, ancestor, place);
            if (place.Bundle is not null && place.Name is not null) break;
        }
        return place.Bundle is not null ? place : Usual(id, place);
    }

    private ContainerPlace Look(string id, ProcessTrace process, ContainerPlace place)
    {
        var program = Path.GetFileName(Utf8.Text(process.Exe));
        string[] args = Utf8.Text(process.Args).Split('\0');
        var cwd = Utf8.Text(process.Cwd);
        if (program.StartsWith("containerd-shim", StringComparison.Ordinal)) return Shim(id, args, cwd, place);
        if (Array.IndexOf(Runtimes, program) < 0 || Array.IndexOf(args, id) < 0) return place;
        if (program.StartsWith("conmon", StringComparison.Ordinal)) place = place with { Name = place.Name ?? Option(args, "-n", "--name") };
        if (place.Bundle is not null) return place;
        var bundle = Option(args, "-b", "--bundle") ?? ".";
        return Accept(bundle.StartsWith('/') ? bundle : Path.Join(cwd, bundle), place);
    }

    /// <summary>A shim works in the bundle of the first container that it was started for; those of the same pod lie beside it.</summary>
    private ContainerPlace Shim(string id, string[] args, string cwd, ContainerPlace place)
    {
        place = place with { Namespace = place.Namespace ?? Option(args, "-namespace", "--namespace"), Address = place.Address ?? Option(args, "-address", "--address") };
        if (place.Bundle is not null || cwd.Length < 2) return place;
        var folder = cwd.TrimEnd('/');
        if (Path.GetFileName(folder) != id) folder = Path.Join(Path.GetDirectoryName(folder), id);
        return Accept(folder, place);
    }

    private ContainerPlace Usual(string id, ContainerPlace place)
    {
        foreach (var state in ContainerdStates)
        {
            foreach (var name in place.Namespace is { } known ? [known] : Namespaces)
            {
                place = Accept($"{state}/io.containerd.runtime.v2.task/{name}/{id}", place);
                if (place.Bundle is not null) return place with { Namespace = name };
            }
        }
        foreach (var storage in Storages)
        {
            place = Accept($"{storage}/overlay-containers/{id}/userdata", place);
            if (place.Bundle is not null) return place;
        }
        return RuncState.Bundle(files, id) is { } bundle ? Accept(bundle, place) : place;
    }

    private ContainerPlace Accept(string folder, ContainerPlace place)
    {
        if (files.Read(Path.Join(folder, SpecName)) is not { } json) return place;
        try
        {
            return place with { Bundle = folder, Spec = RuntimeSpec.Parse(json) };
        }
        catch (EngineException)
        {
            // Half written: the engine itself will answer.
            return place;
        }
    }

    private static string? Option(string[] args, string brief, string full)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if ((args[i] == brief || args[i] == full) && i + 1 < args.Length) return args[i + 1];
            if (args[i].StartsWith(full + "=", StringComparison.Ordinal)) return args[i][(full.Length + 1)..];
        }
        return null;
    }
}
