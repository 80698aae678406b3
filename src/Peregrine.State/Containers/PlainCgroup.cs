namespace Peregrine.State;

/// <summary>
/// Containers whose path bears no engine's mark: <c>/NAMESPACE/ID</c> of containerd's own client, <c>/ID</c> or <c>runc-ID.scope</c> of runc and crun, any other parent with an id below.
/// Only when every hierarchy that the thread has been moved in ends in the same part, and the thread runs in a pid namespace of its own:
/// supervisors, test harnesses and job schedulers put plain host processes into such paths, but in one hierarchy or without a namespace.
/// </summary>
internal static class PlainCgroup
{
    public static bool TryFind(ReadOnlySpan<byte> cgroups, bool inPidNamespace, out CgroupMatch match)
    {
        match = default;
        if (!inPidNamespace) return false;
        ReadOnlySpan<byte> shortest = default;
        var (hierarchies, listed) = (0, 0);
        for (var rest = cgroups; !rest.IsEmpty;)
        {
            var path = CgroupReader.NextPath(ref rest);
            if (path.IsEmpty) continue;
            listed++;
            if (path.Length == 1) continue;
            hierarchies++;
            if (shortest.IsEmpty || path.Length < shortest.Length) shortest = path;
        }
        // Engines put a container into all hierarchies; one among several is somebody's accounting.
        if (hierarchies < Math.Min(2, listed) || shortest.IsEmpty || !AllEndWith(cgroups, shortest)) return false;
        var slash = shortest.LastIndexOf((byte)'/');
        var id = shortest[(slash + 1)..];
        var isUnit = ContainerIds.IsUnit(id);
        if (IsOfSystemd(shortest[..slash]) || (isUnit && !TryScope(id, out id))) return false;
        match.Id = id;
        match.Engine = !isUnit && slash > 0 && shortest[1..].IndexOf((byte)'/') == slash - 1 ? ContainerEngine.Containerd : ContainerEngine.Unknown;
        return true;
    }

    /// <summary>
    /// A group that a service or a session made for its own use: sandboxes of browsers and builds have pid namespaces too. A user's own systemd (<c>user@UID.service</c>) is a place like the root:
    /// there runtimes put what that user starts.
    /// </summary>
    private static bool IsOfSystemd(ReadOnlySpan<byte> above)
    {
        foreach (var part in above.Split((byte)'/'))
            if ((above[part].EndsWith(".service"u8) && !above[part].StartsWith("user@"u8)) || above[part].EndsWith(".scope"u8)) return true;
        return false;
    }

    /// <summary>What the runtimes themselves ask systemd for.</summary>
    private static bool TryScope(ReadOnlySpan<byte> part, out ReadOnlySpan<byte> id) =>
        ContainerIds.TryBetween(part, "runc-"u8, ".scope"u8, out id) || ContainerIds.TryBetween(part, "crun-"u8, ".scope"u8, out id);

    /// <summary>One hierarchy may have more before: the v1 memory hierarchy inherits what the engine's own shell was in.</summary>
    private static bool AllEndWith(ReadOnlySpan<byte> cgroups, ReadOnlySpan<byte> ending)
    {
        for (var rest = cgroups; !rest.IsEmpty;)
        {
            var path = CgroupReader.NextPath(ref rest);
            if (path.Length > 1 && !path.EndsWith(ending)) return false;
        }
        return true;
    }
}
