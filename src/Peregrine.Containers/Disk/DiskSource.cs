using Peregrine.Containers.Engines;
using Peregrine.State;

namespace Peregrine.Containers.Disk;

/// <summary>What engines and runtimes left on disk about a container: read in a millisecond or two, and there before its first process runs. Belongs to one thread.</summary>
internal sealed class DiskSource
{
    private readonly HostFiles _files;
    private readonly BundleFinder _bundles;
    private readonly ContainerOptions _options;

    public DiskSource(ContainerOptions options)
    {
        _options = options;
        _files = new HostFiles(options);
        _bundles = new BundleFinder(_files);
    }

    /// <summary>What is there; null when nothing is.</summary>
    public ContainerDetails? Read(ContainerEngine engine, string id, IReadOnlyList<ProcessTrace> ancestors, out ContainerPlace place)
    {
        place = _bundles.Find(id, ancestors);
        if (engine == ContainerEngine.Docker || (place.Namespace == "moby" && engine is ContainerEngine.Containerd or ContainerEngine.Unknown))
        {
            if (DockerFiles.Read(_files, id, place.Spec, _options.LabelMaxLength) is { } docker) return docker;
        }
        if (engine == ContainerEngine.Podman) return PodmanFiles.Read(_files, id, place);
        if (place.Spec is not { } spec) return null;
        return CriAnnotations.Apply(spec.ToDetails(), spec.Annotations, _options.LabelMaxLength);
    }
}
