namespace Peregrine.State;

/// <summary>Goes through a thread's control groups and asks every engine's marks about each part of each path, from the innermost outwards: containers nest.</summary>
internal static class CgroupReader
{
    public static bool TryFind(ReadOnlySpan<byte> cgroups, bool inPidNamespace, out CgroupMatch match)
    {
        match = default;
        for (var rest = cgroups; !rest.IsEmpty;)
            if (TryPath(NextPath(ref rest), inPidNamespace, out match)) return true;
        return PlainCgroup.TryFind(cgroups, inPidNamespace, out match);
    }

    /// <summary>Takes the next entry off the list and gives its path: what follows the first <c>=/</c> or <c>:/</c>, slash included.</summary>
    public static ReadOnlySpan<byte> NextPath(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        var entry = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        var slash = entry.IndexOf((byte)'/');
        return slash < 0 ? default : entry[slash..];
    }

    private static bool TryPath(ReadOnlySpan<byte> path, bool inPidNamespace, out CgroupMatch match)
    {
        match = default;
        ReadOnlySpan<byte> below = default;
        while (path.Length > 1)
        {
            var slash = path.LastIndexOf((byte)'/');
            var part = new CgroupPart { Before = slash < 0 ? default : path[..slash], Name = path[(slash + 1)..], Below = below, InPidNamespace = inPidNamespace };
            if (!part.Name.IsEmpty && TryPart(in part, out match)) return true;
            if (slash <= 0) return false;
            below = part.Name;
            path = path[..slash];
        }
        return false;
    }

    private static bool TryPart(scoped in CgroupPart part, out CgroupMatch match) =>
        PodmanCgroup.TryMatch(in part, out match)
        || KubernetesCgroup.TryMatch(in part, out match)
        || CrioCgroup.TryMatch(in part, out match)
        || DockerCgroup.TryMatch(in part, out match)
        || ContainerdCgroup.TryMatch(in part, out match)
        || LxcCgroup.TryMatch(in part, out match)
        || MachineCgroup.TryMatch(in part, out match)
        || MesosCgroup.TryMatch(in part, out match)
        || BpmCgroup.TryMatch(in part, out match);
}
