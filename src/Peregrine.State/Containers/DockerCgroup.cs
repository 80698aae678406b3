namespace Peregrine.State;

/// <summary>Docker: <c>/docker/ID</c> (cgroupfs) and <c>docker-ID.scope</c> (systemd), below whatever parent.</summary>
internal static class DockerCgroup
{
    public static bool TryMatch(scoped in CgroupPart part, out CgroupMatch match)
    {
        match = new CgroupMatch { Engine = ContainerEngine.Docker };
        if (!ContainerIds.TryHash(part.Name, "docker-"u8, out var id))
        {
            if (!ContainerIds.IsHash(part.Name) || !part.Above.SequenceEqual("docker"u8)) return false;
            id = part.Name;
        }
        match.Id = id;
        return true;
    }
}
