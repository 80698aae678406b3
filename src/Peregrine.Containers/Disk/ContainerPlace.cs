using Peregrine.Containers.Oci;

namespace Peregrine.Containers.Disk;

/// <summary>Where a container lies, as far as its processes' parents tell.</summary>
/// <param name="Bundle">The folder of its runtime specification; null when unknown.</param>
/// <param name="Spec">The specification itself.</param>
/// <param name="Name">The name that its engine's monitor was given; null without one.</param>
/// <param name="Namespace">containerd's namespace; null when unknown.</param>
/// <param name="Address">The socket of the containerd that its shim reports to; null when unknown.</param>
internal sealed record ContainerPlace(string? Bundle, RuntimeSpec? Spec, string? Name, string? Namespace, string? Address)
{
    public static ContainerPlace Unknown { get; } = new(null, null, null, null, null);
}
