namespace Peregrine.State;

/// <summary>
/// Podman: <c>libpod-ID</c> below whatever parent (<c>/libpod_parent</c>, <c>machine.slice</c>, a user's slice), as a scope or not; <c>libpod-payload-ID</c> inside of a service that runs podman
/// with its control group split. <c>libpod-conmon-ID</c> is the monitor, on the host.
/// </summary>
internal static class PodmanCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Podman };
        if (!ContainerIds.TryHash(part.Name, "libpod-"u8, out var id) && !ContainerIds.TryHash(part.Name, "libpod-payload-"u8, out id)) return false;
        match.Id = id;
        return true;
    }
}
