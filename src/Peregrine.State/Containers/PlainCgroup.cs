namespace Peregrine.State;

/// <summary>
/// Containers whose path bears no engine's mark: <c>/NAMESPACE/ID</c> of containerd's own client, <c>/ID</c> of runc and crun, any other parent with a 64-digit id below.
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
        if (IsSystemds(id)) return false;
        match.Id = id;
        match.Engine = slash > 0 && shortest[1..].IndexOf((byte)'/') == slash - 1 ? ContainerEngine.Containerd : ContainerEngine.Unknown;
        return true;
    }

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

    private static bool IsSystemds(ReadOnlySpan<byte> part) => part.EndsWith(".service"u8) || part.EndsWith(".slice"u8) || part.EndsWith(".scope"u8);
}
